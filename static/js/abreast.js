// What a comparison's page keeps and a push only dresses: the heads of both sides, the phases, the counterparts and
// the lines between them. The push says it in numbers and names; the words came with the page.
import { make } from "./token.js";

const at = (id) => document.getElementById(id);
const names = [...document.querySelectorAll("#road li")].map((phase) => phase.textContent);
const systems = ["left", "right"].map((side) => at("pairs").dataset[side]);

// "11 23 1.138 32 50": step, steps, seconds, and the frames one step back and one on, "-" where there is none.
function head(side, told, alone) {
  const [number, total, clock, ...ways] = told.split(" ");
  at(`${side}-head`).querySelector(".num").textContent = `${number} / ${total}`;
  at(`${side}-head`).querySelector(".clk").textContent = `${clock} s`;
  ["back", "next"].forEach((way, k) => {
    const link = at(`${side}-${way}`);
    const leads = ways[k] !== "-";
    const to = new URL(alone, location.href);
    if (Number(ways[k]) < 0) to.searchParams.delete(`${side}-step`);
    else to.searchParams.set(`${side}-step`, ways[k]);
    if (leads) link.href = to;
    else link.removeAttribute("href");
    for (const [name, value] of [["role", "link"], ["aria-disabled", "true"], ["tabindex", "0"]]) {
      if (leads) link.removeAttribute(name);
      else link.setAttribute(name, value);
    }
  });
}

// "0.2 1.3 …": each stretch of the bar is a phase and the number of its moments. A fault makes it another bar.
function phases({ road, stretch, fraction }) {
  const list = at("phases");
  const told = road.split(" ").map((one) => one.split(".").map(Number));
  if (list.dataset.road !== road) {
    let first = 0;
    list.replaceChildren(...told.map(([phase, steps]) => item(phase, steps, (first += steps) - steps)));
    list.dataset.road = road;
  }
  const now = stretch === undefined ? -1 : Number(stretch);
  [...list.querySelectorAll(".phase")].forEach((phase, k) => {
    phase.classList.toggle("done", k < now);
    phase.classList.toggle("now", k === now);
    phase.querySelector(".run")?.remove();
    if (k !== now) return phase.removeAttribute("aria-current");
    phase.setAttribute("aria-current", "step");
    phase.append(make("svg", { class: "run", "aria-hidden": "true" }, make("rect", { width: `${fraction}%` })));
  });
  const here = told[now]?.[0] ?? -1;
  at("road").replaceChildren(
    ...names.map((name, k) => {
      const phase = document.createElement("li");
      phase.textContent = name;
      phase.className = k < here ? "done" : k === here ? "now" : "";
      return phase;
    }),
  );
}

function item(phase, steps, first) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `phase${steps > 1 && steps < 13 ? ` n${steps}` : ""}`;
  Object.assign(button.dataset, { index: first, steps });
  button.disabled = !steps;
  const name = document.createElement("span");
  name.textContent = names[phase];
  button.append(name);
  const place = document.createElement("li");
  place.append(button);
  return place;
}

// The counterparts that matter now, in their order; the first is open unless the reader has opened another of them.
function counterparts(told) {
  const slugs = told ? told.split(" ") : [];
  const box = at("pairs");
  const held = box.contains(document.activeElement) && document.activeElement;
  for (const pair of box.querySelectorAll("details")) {
    pair.hidden = !slugs.includes(pair.dataset.slug);
    if (pair.hidden) pair.open = false;
    pair.removeAttribute("id");
  }
  box.querySelector(".none").hidden = slugs.length > 0;
  const shown = slugs.map((slug) => box.querySelector(`[data-slug="${slug}"]`));
  shown.forEach((pair, k) => (pair.id = `pair-${k + 1}`));
  if (shown.some((pair, k) => box.children[k] !== pair)) box.prepend(...shown);
  if (held && held !== document.activeElement && held.checkVisibility()) held.focus();
  if (shown.length && !shown.some((pair) => pair.open)) shown[0].open = true;
}

// A line: its path, the row it runs through the card in, both ends, and a ring around either part.
function tie({ number, d, row, ends, rings, names: [left, right] }) {
  const [x, y, cx, cy] = ends;
  const ring = ([rx, ry, width, height]) => make("rect", { class: "ring", x: rx, y: ry, width, height, rx: 11 });
  return make(
    "g",
    { class: "tie", "data-pair": `pair-${number}` },
    make("path", { d }),
    make("path", { class: "reach", d }),
    ...rings.map(ring),
    make("rect", { class: `end ${systems[0]}`, x, y, width: 8, height: 8 }),
    make("circle", { class: `end ${systems[1]}`, cx, cy, r: 4.5 }),
    make("text", { class: systems[0], x: 464, y: row, dy: -7 }, left),
    make("text", { class: systems[1], x: 636, y: row, dy: 17, "text-anchor": "end" }, right),
  );
}

function card({ ties, now, gist }) {
  const svg = at("ties").querySelector("svg");
  svg.classList.toggle("idle", !now);
  svg.querySelector(".now").textContent = now;
  svg.querySelector(".gist").textContent = gist;
  svg.querySelectorAll(".tie").forEach((one) => one.remove());
  svg.append(...ties.map(tie));
}

/** Dresses everything for the state that the page now holds. */
export function dress() {
  const data = at("diagram-state").dataset;
  for (const side of ["left", "right"]) head(side, data[`${side}Head`], data.alone);
  phases(data);
  counterparts(data.pairs);
  card(JSON.parse(at("card-state").textContent));
}
