// The drawing follows its state. A state is total: it names every element that ever changes (docs/diagram.md),
// so applying it needs no memory of the one before, and applying it twice changes nothing.
import { cancel, make, rest, travel } from "./token.js";

const GROUPS = { zones: "zone", parts: "part", links: "link", units: "unit" };
const shownTravel = new WeakMap();
const books = new WeakMap();

// Of one run two drawings, of which one is shown; of two runs one each, told apart by their side.
const nameOf = ({ dataset, classList }) => dataset.side ?? (classList.contains("wide") ? "wide" : "compact");
const boxes = [...document.querySelectorAll(".drawing")];
const names = boxes.map(nameOf);
const drawing = (name) => boxes[names.indexOf(name)].querySelector("svg");

// Every element by its key, looked up once a drawing.
function book(svg) {
  if (!books.has(svg)) {
    const found = {};
    for (const kind of [...Object.values(GROUPS), "text", "layer"]) {
      const items = [...svg.querySelectorAll(`[data-${kind}]`)];
      found[kind] = new Map(items.map((item) => [item.dataset[kind], item]));
    }
    books.set(svg, found);
  }
  return books.get(svg);
}

// A fault changes what the rest of the run touches, and so perhaps what the drawing has to hold.
const fits = (svg, state) => svg.dataset.sheet === state.sheet;

// Pushed states name only what differs from the drawing at rest, which the page brought with it.
function whole(given) {
  const rest = document.getElementById("diagram-rest");
  if (!rest) return given;
  const base = JSON.parse(rest.textContent);
  const full = {};
  for (const name of names) {
    const [rests, told] = [base[name], given[name]];
    const one = { ...rests, ...told, paths: { ...rests.paths, ...told.paths } };
    // What has changed in the first drawing has changed alike in the second, unless it says otherwise.
    const moved = (group, key) => full.wide && String(full.wide[group][key]) !== String(base.wide[group][key]);
    const like = (group) =>
      Object.entries(rests[group]).map(([key, entry]) => [key, moved(group, key) ? full.wide[group][key] : entry]);
    for (const group of Object.keys(GROUPS)) one[group] = { ...Object.fromEntries(like(group)), ...spread(told[group]) };
    one.texts = { ...Object.fromEntries(like("texts")), ...scatter(told.texts) };
    if (full.wide && !told.label) one.label = full.wide.label;
    full[name] = one;
  }
  return full;
}

// {"c seen": "etcd kubectl"} -> {etcd: "c seen", kubectl: "c seen"}
function spread(byClass = {}) {
  return Object.fromEntries(Object.entries(byClass).flatMap(([css, keys]) => keys.split(" ").map((key) => [key, css])));
}

// [["w", "Running", "1.1@1.word 1.1@2.word"]] -> {"1.1@1.word": ["w", "Running"], …}
function scatter(gathered = []) {
  return Object.fromEntries(gathered.flatMap(([css, words, keys]) => keys.split(" ").map((key) => [key, [css, words]])));
}

async function redraw() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const box of page.querySelectorAll(".drawing")) {
    if (names.includes(nameOf(box))) drawing(nameOf(box)).replaceWith(box.querySelector("svg"));
  }
  const rest = page.getElementById("diagram-rest");
  if (rest) document.getElementById("diagram-rest").replaceWith(rest);
}

function dress(item, css) {
  if (item && item.getAttribute("class") !== css) item.setAttribute("class", css);
}

function write(item, [css, words]) {
  dress(item, css);
  if (item && item.textContent !== words) item.textContent = words;
}

const ofUnit = (state, key) => key.slice(0, key.lastIndexOf(".")) in state.units;

// What is so from the first moment of a step.
function light(svg, state) {
  const known = book(svg);
  dress(svg, state.root);
  svg.setAttribute("aria-label", state.label);
  for (const group of ["zones", "parts", "links"]) {
    for (const [key, css] of Object.entries(state[group])) dress(known[GROUPS[group]].get(key), css);
  }
  for (const [key, d] of Object.entries(state.paths)) known.link.get(key)?.setAttribute("d", d);
  for (const [key, text] of Object.entries(state.texts)) {
    if (!ofUnit(state, key)) write(known.text.get(key), text);
  }
  known.layer.get("badges").replaceChildren(...state.badges.map(badge));
}

// What becomes so when the message arrives.
function settle(svg, state) {
  const known = book(svg);
  for (const [key, css] of Object.entries(state.units)) dress(known.unit.get(key), css);
  for (const [key, text] of Object.entries(state.texts)) {
    if (ofUnit(state, key)) write(known.text.get(key), text);
  }
}

function badge(of) {
  const words = of.text ? [make("text", { x: of.r + 5, y: 4 }, of.text)] : [];
  const place = { class: of.class, transform: `translate(${of.x} ${of.y})` };
  return make("g", place, make("circle", { r: of.r }), make("path", { d: of.d }), ...words);
}

/**
 * Shows the state that the page now holds. `direction` 1: a later step, the message travels; -1: an earlier
 * one, at rest; 0: the same step, whose message stays where it is.
 */
export async function arrive(direction, speed) {
  const data = document.getElementById("diagram-state");
  const given = JSON.parse(data.textContent);
  let state = whole(given);
  if (!names.every((name) => fits(drawing(name), state[name]))) {
    await redraw();
    state = whole(given);
  }
  if (!data.isConnected) return; // a newer step came while this one was drawn anew
  if (direction) cancel();
  document.documentElement.classList.toggle("arriving", direction > 0);
  for (const name of names) {
    const svg = drawing(name);
    const one = state[name];
    const layer = book(svg).layer.get("travel");
    const same = shownTravel.get(layer) === JSON.stringify(one.travel);
    const moves = direction > 0 && svg.checkVisibility() && !same;
    light(svg, one);
    if (!moves) settle(svg, one);
    shownTravel.set(layer, JSON.stringify(one.travel));
    if (moves) travel(svg, layer, one, speed, () => settle(svg, one));
    else if (direction || !same) rest(svg, layer, one);
  }
}
