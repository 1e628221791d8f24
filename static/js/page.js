// The entry of every page. It loads nothing until somebody does something: the page is complete without it.
const line = document.getElementById("line");
let parts = null;
const early = [];
let ready = null; // what `parts` promised: a key must be answered before it scrolls

// The player's modules, fetched together at the first sign of a hand, so that the first press finds them here.
function wake() {
  parts ??= Promise.all([
    import("./run.js"),
    import("./line.js"),
    import("./keys.js"),
    import("./scrub.js"),
    import("./terms.js"),
    import("./aim.js"),
    document.querySelector(".both") && import("./versus.js"),
  ]).then(([run, live, keys, scrub, terms, aim]) => {
    terms.start();
    scrub.start();
    aim.start();
    return (ready = { run, live, keys, scrub, aim });
  });
  parts.catch(() => (parts = null)); // fetched again at the next sign
  return parts;
}

// Keys pressed before the modules were here, in their order; an earlier one may have moved the focus.
function late() {
  for (const event of early.splice(0)) {
    const now = document.activeElement;
    if (now === event.target) ready.keys.press(event);
    else if ([" ", "Enter"].includes(event.key) && now.matches("button, summary")) now.click();
    else now.dispatchEvent(new KeyboardEvent("keydown", event));
  }
}

async function pressed(link) {
  if (link.getAttribute("aria-disabled") === "true") return;
  try {
    (await wake()).run.press(link);
  } catch {
    location.assign(link.href); // without its modules a link is a link
  }
}

async function submitted(form, button) {
  try {
    (await wake()).run.submit(form, button);
  } catch {
    form.submit();
  }
}

async function copied(link) {
  try {
    await navigator.clipboard.writeText(new URL(link.href, location.href).href);
    (await wake()).live.say(line.dataset.copied);
    link.classList.add("done");
    setTimeout(() => link.classList.remove("done"), 2000);
  } catch {
    location.assign(link.href); // no clipboard (plain http): the address bar then holds the step
  }
}

function shutMenus(inside) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(inside)) menu.open = false;
  }
}

// The other language shows the same step: the address has moved on since the link was written.
function stay(link) {
  const { searchParams } = new URL(link.href);
  const here = new URL(location.href);
  here.searchParams.set("lang", searchParams.get("lang"));
  link.href = here;
}

function fold() {
  const box = document.getElementById("break");
  const open = box.classList.toggle("open");
  document.getElementById("fold").setAttribute("aria-expanded", String(open));
}

document.addEventListener("click", (event) => {
  shutMenus(event.target);
  const hit = event.target.closest("a.cmd, .phase, #causes a, a.copy, [data-open], #fold, #language");
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!hit) return void (line && event.target.closest(".drawing") && wake().then(({ aim }) => aim.at(event)));
  if (hit.id === "language") return void stay(hit);
  if (hit.matches("a")) event.preventDefault();
  if (hit.matches("a.copy")) copied(hit);
  else if (hit.matches("a, .phase")) pressed(hit);
  else if (hit.id === "fold") fold();
  else document.getElementById(hit.dataset.open).showModal();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "theme") {
    event.preventDefault();
    import("./theme.js").then((theme) => theme.turn(form), () => form.submit());
  } else if (form.id === "share") {
    form.action = form.action.split("?")[0] + location.search; // the address has moved on since it was written
  } else if (form.matches("form.cmd")) {
    event.preventDefault();
    submitted(form, event.submitter);
  }
});

document.addEventListener("change", (event) => {
  const field = event.target.dataset.field;
  if (field) wake().then(({ run }) => run.command(() => ({ do: field, [field]: event.target.value })));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shutMenus(null);
  if (!line) return;
  if (ready) return ready.keys.press(event);
  early.push(event);
  wake().then(late);
});

if (line) {
  for (const sign of ["pointerover", "pointerdown", "focusin"]) {
    document.addEventListener(sign, wake, { once: true });
  }
  document.addEventListener("pointerdown", (event) => {
    const slide = event.target.closest("#slide");
    if (slide && !event.button) wake().then(({ scrub }) => scrub.grab(slide, event));
  });
  if (line.dataset.socket) import("./line.js").then((live) => live.connect(line.dataset.socket));
  // A page brought back from the history shows an old step, and its line was closed on leaving.
  addEventListener("pageshow", (event) => event.persisted && line.dataset.socket && location.reload());
}
