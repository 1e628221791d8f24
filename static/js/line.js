// The live line: htmx's socket extension on an empty element that nothing ever swaps away. It only brings news.

const SILENCE = 25_000; // ms without a beat (one comes every 10 s) after which the line is taken for dead
const LATE = 1_000; // ms until a break is shown: most heal sooner
const LONG = 15_000; // ms until going on alone is offered
const wire = document.getElementById("wire");
let heard = Date.now();
let open = false;
let leaving = false;
let timers = [];

const owner = () => document.getElementById("line");

/** What the page shows: numbers of the diagram's data, which every fragment renews. */
export function shown() {
  const data = document.getElementById("diagram-state").dataset;
  const [epoch, seq, index, speed] = [data.epoch, data.seq, data.index, data.speed].map(Number);
  return { epoch, seq, index, speed, playing: Boolean(data.playing), alone: new URL(data.alone, location.href).href };
}

/** The fields of an address that say which step is shown: of two runs there are two. */
export const STEPS = ["step", "left-step", "right-step"];

/** Whether a state numbered so is newer than the one shown; late and doubled ones are not. */
export function newer(epoch, seq) {
  const now = shown();
  return epoch > now.epoch || (epoch === now.epoch && seq > now.seq);
}

/** Says a sentence to those who listen; nothing on the screen moves. */
export function say(text) {
  document.getElementById("live").textContent = text;
}

/** Opens the line to `url`, or moves it there. */
export async function connect(url) {
  const line = owner();
  line.dataset.socket = url;
  if (!window.htmx) await load(line.dataset.htmx);
  if (!document.querySelector('script[src*="hx-ws"]')) await load(line.dataset.extension);
  if (line.hasAttribute("hx-ws:connect")) return again();
  line.setAttribute("hx-ws:connect", url);
  htmx.process(line);
}

/** Fetches a script of the old kind, once it is needed. */
export function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

// Replacing the owner is how htmx lets go of a socket, a half-open one included, and opens the next.
function again() {
  const line = owner();
  const fresh = line.cloneNode(false);
  fresh.removeAttribute("data-htmx-powered");
  fresh.setAttribute("hx-ws:connect", line.dataset.socket);
  heard = Date.now();
  broken();
  htmx.swap({ text: fresh.outerHTML, sourceElement: document.body, target: line, swap: "outerHTML" });
}

function show(state) {
  wire.dataset.state = state;
}

function later(wait, state) {
  timers.push(setTimeout(() => show(state), wait));
}

function calm() {
  timers.forEach(clearTimeout);
  timers = [];
}

function broken() {
  open = false;
  if (timers.length || wire.dataset.state === "long") return;
  later(LATE, "lost");
  later(LONG, "long");
}

document.addEventListener("htmx:ws:after:connection", () => {
  heard = Date.now();
  open = true;
  const noticed = wire.dataset.state;
  document.querySelector(".notice.refused")?.remove(); // what could not be reached is back
  calm();
  show(noticed ? "back" : "");
  if (noticed) later(2_000, "");
});

document.addEventListener("htmx:ws:close", (event) => {
  const { code, reason } = event.detail;
  open = false;
  if (leaving || document.hidden || reason !== "closed") return; // our own doing: no line for a hidden tab
  if (code >= 4000) {
    calm();
    show("gone");
    say(wire.querySelector(".gone").textContent);
  } else {
    broken();
    // A proxy's or server's age limit; htmx would take it for good.
    if (code === 1000) setTimeout(again, 1_000 + Math.random() * 4_000);
  }
});

document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  heard = Date.now();
  let news;
  try {
    news = JSON.parse(event.detail.message.data);
  } catch {
    event.preventDefault();
    return;
  }
  if (news.content === undefined) {
    // A beat with a number we have not seen: a message was lost, unless its swap is under way right now.
    if (newer(news.epoch, news.seq)) setTimeout(() => newer(news.epoch, news.seq) && again(), 1_000);
  } else if (newer(news.epoch, news.seq)) {
    event.detail.waitUntil(import("./run.js")); // which keeps what was open, and moves what is new
  } else {
    event.preventDefault();
  }
});

setInterval(() => {
  if (open && !document.hidden && Date.now() - heard > SILENCE) again();
}, 5_000);
document.addEventListener("visibilitychange", () => (heard = Date.now()));
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));
