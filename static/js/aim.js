// The drawing is a menu of what can be broken: a part or a link opens "Another part" with that part chosen.
const menu = document.querySelector("details.menu.more"); // only a simulation has it
const select = document.getElementById("f-target");
const NEAR = 7; // pixels beside a line that still mean the line
let back = null;

const values = () => [...select.options].map((option) => option.value);
const places = (pair) => [...pair.matchAll(/@([^~]+)/g)].map((found) => found[1]);

/** The target in the fault grammar that stands for an element of the drawing, or undefined. */
export function targetOf(item) {
  if (!menu) return undefined;
  const { part, link, unit, zone } = item.dataset;
  const [, slug, at] = /^([^@/]+)[@/]?(.*)$/.exec(part ?? link ?? unit ?? zone);
  const title = item.closest("svg").querySelector(`[data-text="title@${at}"]`)?.textContent;
  const place = title ?? at;
  if (title === "") return undefined; // nobody stands in this column
  const offered = values();
  if (link) {
    const meant = (ends) => ends.includes(place) || (ends.length > 1 && ends.every((end) => place.includes(end)));
    const pair = at && offered.find((value) => value.startsWith(`${slug}/`) && meant(places(value)));
    return pair || offered.find((value) => value === slug);
  }
  const own = [`${slug}@${place}`, slug].find((value) => offered.includes(value));
  const one = own ?? offered.find((value) => value.startsWith(`${slug}@`));
  return one ?? offered.find((value) => value === `machine/${place}`);
}

/** What the menu calls a target. */
export function nameOf(target) {
  return [...select.options].find((option) => option.value === target).textContent;
}

const dismissed = (event) => {
  if (event.key !== "Escape" || !back) return;
  event.stopPropagation();
  menu.open = false;
  back();
};

// A part's own page stands in the menu; a link or a whole machine has none.
function lead() {
  const page = document.getElementById("f-page");
  const slug = /^([a-z][a-z-]*)(@|:|$)/.exec(select.value)?.[1];
  page.hidden = !slug;
  if (slug) page.href = `${page.dataset.map}${slug}/`;
}

/** Opens the menu with this target, one Enter away from breaking it; Escape closes it and calls `onBack`. */
export function open(target, onBack) {
  const fold = document.getElementById("fold");
  if (fold.checkVisibility() && fold.getAttribute("aria-expanded") === "false") fold.click();
  select.value = target;
  lead();
  document.getElementById("f-kind").value = /^[A-Z]/.test(target) ? "cut" : "down"; // only links are in capitals
  menu.open = true;
  back = onBack;
  menu.querySelector("button").focus();
  document.getElementById("live").textContent = nameOf(target);
}

// What a pointer means: the part under it, else a line that passes near, else the machine around it.
function under(x, y) {
  const hit = (dx, dy, css) => document.elementFromPoint(x + dx, y + dy)?.closest(css);
  const part = hit(0, 0, ".drawing :is([data-unit], [data-part])");
  if (part) return part;
  for (let by = 0; by <= NEAR; by++) {
    for (const [dx, dy] of [[by, 0], [-by, 0], [0, by], [0, -by]]) {
      const link = hit(dx, dy, ".drawing [data-link]");
      if (link) return link;
    }
  }
  return hit(0, 0, ".drawing [data-zone]");
}

function meant({ clientX, clientY }) {
  const item = under(clientX, clientY);
  return item && targetOf(item);
}

/** Answers a click or a tap in the drawing. */
export function at(event) {
  if (!menu) return;
  const target = meant(event);
  const before = document.activeElement;
  if (target) open(target, () => (before === document.body ? document.activeElement.blur() : before.focus()));
}

export function start() {
  if (!menu) return;
  const stage = document.getElementById("stage");
  menu.addEventListener("keydown", dismissed);
  select.addEventListener("change", lead);
  lead();
  menu.addEventListener("toggle", () => menu.open || (back = null));
  stage.addEventListener("pointermove", (event) => stage.classList.toggle("aim", Boolean(meant(event))));
}
