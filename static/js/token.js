// The token moves along the path that its message takes. Brass is motion: nothing else on the page moves.
const WAIT = 120; // ms from the press until it sets off: the ends light up first
const PER_UNIT = 9; // ms per unit of the drawing
const [SHORTEST, LONGEST] = [500, 1400]; // ms at speed 1
const PIP = 140; // ms between one copy's acknowledgement and the next
const EDGE = 4; // units that a pill keeps from the drawing's border
let frames = []; // one a drawing: two may move at once
let timers = [];

/** One SVG element with its attributes and children. */
export function make(name, attributes, ...children) {
  const item = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) item.setAttribute(key, value);
  item.append(...children);
  return item;
}

/** Stops whatever moves: a viewer is never ahead of the picture. */
export function cancel() {
  frames.forEach(({ id }) => cancelAnimationFrame(id));
  frames = [];
  timers.forEach(clearTimeout);
  timers = [];
  for (const part of document.querySelectorAll(".dg .pulse")) part.classList.remove("pulse");
}

function still() {
  const wished = document.documentElement.dataset.motion === "reduced";
  return wished || matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// The same elements as the server draws, with the means to put them anywhere along the way.
function build(svg, item) {
  const radius = svg.dataset.drawing === "wide" ? 9 : 8;
  const { d, pill } = item;
  const trail = make("path", { class: "trail", d, pathLength: 100 });
  const token = make("circle", { class: "token", r: radius });
  const core = make("circle", { class: "token-core", r: 2.7 });
  const group = make("g", { "data-travel": item.path, class: item.class ?? "travel" }, make("path", { class: "track", d }), trail, token, core);
  let words = null;
  if (pill) {
    const text = make("text", { x: pill.x + (pill.pad ?? 7.5), y: pill.y + pill.h / 2 + 4.3 }, pill.text);
    const ground = make("rect", { x: pill.x, y: pill.y, width: pill.w, height: pill.h, rx: 6 });
    words = make("g", { class: "msg" }, ground, text);
    group.append(words);
  }
  const width = svg.viewBox.baseVal.width;
  const put = (share) => {
    const rests = share === item.fraction / 100;
    const [x, y] = item.rest;
    const at = rests ? { x, y } : trail.getPointAtLength(trail.getTotalLength() * share);
    trail.setAttribute("stroke-dasharray", `${Number((share * 100).toFixed(1))} 300`);
    for (const circle of [token, core]) {
      circle.setAttribute("cx", at.x);
      circle.setAttribute("cy", at.y);
    }
    if (!words) return;
    // The words go with the token as far as the place that was kept free for them, and stay there.
    const on = share < item.fraction / 100;
    if (!on) return words.removeAttribute("transform");
    const aside = Math.min(width - EDGE - pill.w - pill.x, Math.max(EDGE - pill.x, at.x - x));
    words.setAttribute("transform", `translate(${aside} ${at.y - y})`);
  };
  return { group, put };
}

/** Shows the messages of a step at rest. Without motion they rest at their targets, else on the way. */
export function rest(svg, layer, state) {
  const made = state.travel.map((item) => build(svg, item));
  layer.replaceChildren(...made.map(({ group }) => group));
  made.forEach(({ put }, k) => put(still() ? 1 : state.travel[k].fraction / 100));
}

// Slow off, quick through, slow in.
const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2);

/** Lets the messages of a step travel together, then answers with a pulse of each target and `arrived`. */
export function travel(svg, layer, state, speed, arrived) {
  const way = Math.max(0, ...state.travel.map((item) => item.length));
  const lasts = still() ? 0 : Math.min(LONGEST, Math.max(SHORTEST, PER_UNIT * way)) / speed;
  const wait = still() ? 0 : WAIT;
  const whole = wait + (state.travel.length ? lasts : 0);
  document.documentElement.style.setProperty("--d-arrive", `${Math.round(whole)}ms`);
  const made = state.travel.map((item) => build(svg, item));
  layer.replaceChildren(...made.map(({ group }) => group));
  const part = (id) => svg.querySelector(`[data-part="${CSS.escape(id)}"]`);
  const pips = still() ? [] : (state.fills ?? []).map(part).filter(Boolean);
  for (const pip of pips) pip.classList.remove("on");
  const end = () => {
    arrived();
    pips.forEach((pip, k) => timers.push(setTimeout(() => pip.classList.add("on"), (k * PIP) / speed)));
    for (const target of svg.querySelectorAll(".c.target")) target.classList.add("pulse");
  };
  made.forEach(({ put }) => put(whole ? 0 : 1));
  if (!whole) return end();
  const start = performance.now() + wait;
  const step = (now) => {
    const share = state.travel.length ? Math.min(1, Math.max(0, (now - start) / lasts)) : Number(now >= start);
    made.forEach(({ put }) => put(ease(share)));
    if (share < 1) mine.id = requestAnimationFrame(step);
    else end();
  };
  const mine = { id: requestAnimationFrame(step) };
  frames.push(mine);
}
