// Through the diagram by keyboard: arrows move from part to part, and each says what it is and does.
import { nameOf, open, targetOf } from "./aim.js";

const stage = document.getElementById("stage");
const caption = document.getElementById("probe");
const STATES = ["source", "target", "down", "dead", "lost", "ghost", "seen"]; // the first that applies is said
let here = null;

// What can be stood on: everything with a name in the drawing that is shown, and every link that can be broken.
function parts() {
  const svg = [...document.querySelectorAll(".drawing > svg")].find((drawing) => drawing.checkVisibility());
  const named = (part) => part.checkVisibility() && part.querySelector(".nm, .tb, .u") && part.textContent.trim();
  const breakable = (link) => link.checkVisibility() && targetOf(link);
  const links = [...svg.querySelectorAll("[data-link]")].filter(breakable);
  return [...svg.querySelectorAll("[data-part], [data-unit]")].filter(named).concat(links);
}

function middle(part) {
  const box = (part.querySelector(".box, rect") ?? part).getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// Name, second line, the machine it is on, and what it does in this step.
function told(part) {
  if (part.dataset.link) return [nameOf(targetOf(part))];
  const read = (css) => [...part.querySelectorAll(css)].map((item) => item.textContent).filter(Boolean);
  const name = read(".nm, .tb, .u").join(" ").replaceAll("- ", "-");
  const column = /@(\d+)/.exec(part.dataset.part ?? part.dataset.unit);
  const machine = column && part.closest("svg").querySelector(`[data-text="title@${column[1]}"]`)?.textContent;
  const state = STATES.find((flag) => part.classList.contains(flag));
  const title = [name, machine].filter(Boolean).join(", ");
  return [title, ...read(".sb, .w"), state ? caption.dataset[state] : ""].filter(Boolean);
}

function stand(part) {
  here?.classList.remove("probed");
  here = part;
  part.classList.add("probed");
  const [name, ...rest] = told(part);
  const bold = document.createElement("b");
  bold.textContent = name;
  caption.replaceChildren(bold, rest.length ? ` · ${rest.join(" · ")}` : "");
  caption.hidden = false;
  const box = stage.getBoundingClientRect();
  caption.classList.toggle("high", middle(part)[1] > box.top + box.height / 2); // never over what it tells of
  document.getElementById("live").textContent = [name, ...rest].join(", ");
}

// The nearest part that lies more in the arrow's direction than aside.
function towards([dx, dy]) {
  const [x, y] = middle(here);
  let best = null;
  for (const part of parts()) {
    const [a, b] = middle(part);
    const along = (a - x) * dx + (b - y) * dy;
    const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
    if (part === here || along < 4 || aside > along * 2.5) continue;
    const far = along + aside * 1.6;
    if (!best || far < best.far) best = { part, far };
  }
  if (best) stand(best.part);
}

function leave() {
  here?.classList.remove("probed");
  here = null;
  caption.hidden = true;
  delete stage.dataset.ownKeys;
}

/** Starts at the part that receives, else at the first one. */
export function enter() {
  const all = parts();
  if (!all.length) return;
  stage.focus();
  stage.dataset.ownKeys = "";
  stand(all.find((part) => part.classList.contains("target")) ?? all[0]);
}

// Enter opens the menu that breaks it; where nothing can be broken, the page that tells what the part is. What has
// neither is said again, with the state of the step shown now.
function act(part) {
  const target = targetOf(part);
  const slug = /^[a-z][a-z-]*/.exec(part.dataset.part ?? "")?.[0];
  if (!target && slug && !slug.startsWith("slot-")) return location.assign(`${caption.dataset.map}${slug}/`);
  if (!target) return stand(part);
  open(target, () => {
    enter();
    if (part.isConnected) stand(part);
  });
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
stage.addEventListener("keydown", (event) => {
  if (!here) return;
  if (WAYS[event.key]) {
    event.preventDefault();
    towards(WAYS[event.key]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    act(here);
  } else if (event.key === "Escape" || event.key.toLowerCase() === "d") leave();
});
stage.addEventListener("focusout", leave);
