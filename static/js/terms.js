// A term's meaning, shown on hover, focus or tap. Without script the button's title says it.
const GAP = 8; // px between a word and its meaning
const box = document.createElement("div");
box.id = "meaning";
box.className = "meaning";
box.setAttribute("role", "tooltip");
box.setAttribute("popover", "manual");
const known = JSON.parse(document.getElementById("terms")?.textContent ?? "{}"); // for words that a push brings
let word = null;
let leaving = 0;

function meaning(term) {
  if (term.title) {
    term.dataset.meaning = term.title; // else the browser would show it a second time
    term.removeAttribute("title");
  }
  return term.dataset.meaning ?? known[term.dataset.term];
}

function show(term) {
  clearTimeout(leaving);
  if (word === term) return;
  hide();
  const text = meaning(term);
  if (!text) return;
  word = term;
  box.textContent = text;
  term.setAttribute("aria-describedby", box.id);
  if (!box.isConnected) document.body.append(box);
  box.showPopover();
  const at = term.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const above = at.top - size.height - GAP;
  box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - size.width - 12))}px`;
  box.style.top = `${above > 8 ? above : at.bottom + GAP}px`;
}

function hide() {
  word?.removeAttribute("aria-describedby");
  word = null;
  if (box.isConnected && box.matches(":popover-open")) box.hidePopover();
}

// The pointer may cross the gap and rest on the meaning itself.
function soon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => word !== document.activeElement && hide(), 250);
}

/** Listens for the whole page; terms come and go with every step. */
export function start() {
  const term = (event) => event.target.closest?.(".term");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (term(event)) show(term(event));
    else if (box.contains(event.target)) clearTimeout(leaving);
    else if (word) soon();
  });
  for (const kind of ["focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      if (term(event)) show(term(event));
      else if (word && !box.contains(event.target)) hide();
    });
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), true);
  document.addEventListener("scroll", () => word && hide(), true);
  document.addEventListener("htmx:before:swap", hide);
  const now = document.querySelector(".term:hover, .term:focus");
  if (now) show(now);
}
