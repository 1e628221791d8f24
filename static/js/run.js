// Commands. A pressed control becomes one POST; its answer is the same fragment that the live line brings.
import { arrive } from "./diagram.js";
import { STEPS, connect, load, newer, say, shown } from "./line.js";
import { TOLD, announce, broken, steer } from "./steer.js";

const owner = () => document.getElementById("line");
let busy = false;
let waiting = null;
let before = null;

/** Follows a link of class `cmd`. */
export function press(link) {
  const { do: verb, side } = link.dataset;
  if (link.dataset.index && owner().dataset.meetings) command(() => goto(link.dataset.index), link.href ?? "");
  else if (link.href) command(() => (verb ? { do: verb, ...(side && { side }) } : whither(link)), link.href);
}

// A link says in its address where it leads; without a step it leads to before the first.
function whither(link) {
  const query = new URL(link.href).searchParams;
  if (!owner().dataset.meetings) return { do: "goto", index: query.get("step") ?? "-1" };
  return { do: "goto", "left-index": query.get("left-step") ?? "-1", "right-index": query.get("right-step") ?? "-1" };
}

/** The command to go to a step by its number: of two runs side by side it is the number of a meeting. */
export const goto = (number) => ({ do: "goto", [owner().dataset.meetings ? "meeting" : "index"]: number });

/** Sends a form of class `cmd`: its own words and the pressed button's, never the state printed in it. */
export async function submit(form, button) {
  const sent = new FormData(form, button);
  const fields = {};
  for (const name of ["do", "fault", "pair", "target", "kind", "ms", "speed"]) {
    if (sent.has(name)) fields[name] = sent.get(name);
  }
  const menu = form.closest("details.menu");
  if (menu) menu.open = false;
  menu?.querySelector("summary").focus();
  if (fields.do === "play") await begin();
  await command(() => fields);
  const left = form.id === "do-undo" && document.activeElement === document.body; // the pressed button went
  if (left) document.querySelector("#faults button")?.focus();
}

// Play answers at once: where there is nothing to read yet, or nothing more to come, it opens with the first step.
async function begin() {
  const { next, first, index } = document.getElementById("diagram-state").dataset;
  if (Number(index) < 0 || next === undefined) await command(() => goto(first ?? next));
}

/**
 * POSTs what `fields` returns when its turn comes. While one command is under way the newest waits and
 * the others are forgotten: ten impatient presses must not become ten steps.
 */
export async function command(fields, fallback = "") {
  if (busy) {
    waiting = [fields, fallback];
    return;
  }
  busy = true;
  try {
    await send(fields(), fallback);
  } finally {
    busy = false;
    const next = waiting;
    waiting = null;
    if (next) command(...next);
  }
}

// The address is the run's whole state; the server wants its faults under another name than the new one.
function body(fields) {
  const out = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!["lang", "rev", ...STEPS].includes(name)) out.append(name.replace(/fault$/, "kept"), value);
  }
  const { alone, seq } = shown();
  for (const [name, value] of new URL(alone).searchParams) if (STEPS.includes(name)) out.set(name, value);
  for (const [name, value] of Object.entries({ seq, seen: seq, ...fields })) out.set(name, value);
  return out;
}

async function send(fields, fallback) {
  const line = owner();
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let answer;
  try {
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    answer = await fetch(line.dataset.command, { method: "POST", body: body(fields), headers });
  } catch {
    return refuse(line.dataset.unreached);
  }
  const text = await answer.text();
  if (!answer.ok) {
    return fallback && answer.status !== 400 ? location.assign(fallback) : refuse(sentence(text, answer));
  }
  const head = (name) => answer.headers.get(`Orrery-${name}`);
  const first = !new URLSearchParams(location.search).has("run");
  if (head("Address")) history.replaceState(history.state, "", head("Address"));
  if (!window.htmx) await load(line.dataset.htmx);
  if (first || newer(Number(head("Epoch") ?? shown().epoch), Number(head("Seq")))) {
    await htmx.swap({ text, sourceElement: line, target: line, swap: "none swapEmpty:false" });
  }
  if (head("Socket") && way(head("Socket")) !== way(line.dataset.socket)) connect(head("Socket"));
}

// A line's address also says what its page has; it leads to the same room whatever that is.
function way(address) {
  return address.split("?")[0];
}

// A refusal is a page of its own or one plain sentence; either way the reader gets the sentence.
function sentence(text, answer) {
  if (!(answer.headers.get("Content-Type") ?? "").includes("html")) return text.slice(0, 300);
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector(".message p:not(.eyebrow)")?.textContent.trim() || owner().dataset.unreached;
}

function refuse(text) {
  const step = document.querySelector(TOLD);
  step.querySelector(".notice.refused")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice refused";
  notice.textContent = text;
  step.querySelector(".title").after(notice);
  say(text);
}

// Whoever brought the fragment, a press or the live line: what was open stays open, what is new moves.
function ours(event) {
  return event.detail?.ctx?.sourceElement?.id === "line";
}
document.addEventListener("htmx:before:swap", (event) => {
  if (!ours(event)) return;
  const open = [...document.querySelectorAll("main details[open][id]")].map((item) => item.id);
  before = { index: shown().index, open, faults: broken() };
});
document.addEventListener("htmx:after:swap", (event) => {
  if (!ours(event) || !before) return;
  for (const id of before.open) document.getElementById(id)?.setAttribute("open", "");
  const now = shown();
  if (now.index !== before.index) document.getElementById("rail").scrollTop = 0;
  steer(now);
  announce(now, before);
  arrive(Math.sign(now.index - before.index), now.speed);
});
