// The map of a system. Without it parts are links and the search is a form; with it a part shows its links
// under the pointer, arrows lead from part to part, and answers come while one types.
const PAUSE = 250; // ms without a key before a question is asked
const form = document.querySelector("form.ask");
const field = document.getElementById("q");
const live = document.getElementById("live");
const hint = document.getElementById("hint");
const usual = hint.textContent;

const part = (event) => event.target.closest?.(".board a[data-part], .board a[data-unit]");
const drawing = (item) => item.closest("svg");
let lit = [];

function mark(item) {
  item.classList.add("near");
  lit.push(item);
}

// A part, its links, and the parts at their other ends; below stands what the part's card says.
function light(item) {
  dark();
  mark(item);
  const id = item.dataset.part;
  for (const link of id ? drawing(item).querySelectorAll(`[data-ends~="${CSS.escape(id)}"]`) : []) {
    mark(link);
    for (const end of link.dataset.ends.split(" ")) {
      const other = drawing(item).querySelector(`[data-part="${CSS.escape(end)}"]`);
      if (other && other !== item) mark(other);
    }
  }
  const name = document.createElement("b");
  name.textContent = item.querySelector("title").textContent;
  const card = document.querySelector(`.cards a[href="${item.getAttribute("href")}"]`);
  hint.replaceChildren(name, " ", card?.parentElement.querySelector("p:last-child").textContent ?? "");
}

function dark() {
  for (const item of lit.splice(0)) item.classList.remove("near");
  hint.textContent = usual;
}

function middle(item) {
  const box = item.querySelector(".box, rect").getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// The nearest part that lies more in the arrow's direction than aside.
function towards(item, [dx, dy]) {
  const [x, y] = middle(item);
  let best = null;
  for (const other of drawing(item).querySelectorAll("a[data-part], a[data-unit]")) {
    if (other === item || !other.checkVisibility()) continue;
    const [a, b] = middle(other);
    const along = (a - x) * dx + (b - y) * dy;
    const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
    const far = along + aside * 1.6;
    if (along >= 4 && aside <= along * 2.5 && (!best || far < best.far)) best = { other, far };
  }
  best?.other.focus();
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", (event) => {
  const item = part(event);
  if (!item || !WAYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  towards(item, WAYS[event.key]);
});
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const item = part(event);
    if (item) light(item);
    else if (lit.length && !document.activeElement.closest(".board")) dark();
  });
}

// Answers while one types. The last question wins; a failed one leaves the form as it is.
let waiting = 0;
let asking = null;

async function ask(address) {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(address, { signal: mine.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    dark();
    for (const css of [".board .wide", ".board .compact", "#found"]) {
      document.querySelector(css).replaceWith(page.querySelector(css));
    }
    history.replaceState(history.state, "", address);
    live.textContent = document.getElementById("found-h")?.textContent ?? "";
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function wish() {
  const asked = field.value.trim();
  ask(asked ? `${form.action}?${new URLSearchParams({ q: asked })}` : form.action);
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(wish, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  wish();
});
