// The key map of the player. Letters, digits and brackets can be switched off; the others are always keys.
import { command } from "./run.js";

const STORED = "orrery-letters";
const at = (id) => document.getElementById(id);
const tap = (id) => at(id)?.click();
const letters = at("letters");
letters.checked = localStorage.getItem(STORED) !== "off";
letters.addEventListener("change", () => localStorage.setItem(STORED, letters.checked ? "on" : "off"));

const always = {
  ArrowRight: () => tap("next"),
  PageDown: () => tap("next"),
  ArrowLeft: () => tap("back"),
  PageUp: () => tap("back"),
  " ": () => tap("play"),
  Home: () => tap("first"),
  End: () => tap("last"),
};
const single = {
  "]": () => phase(1),
  "[": () => phase(-1),
  1: () => speed("0.5"),
  2: () => speed("1"),
  3: () => speed("2"),
  "?": () => at("keys").showModal(),
  f: faults,
  s: () => reach(at("state")),
  d: () => (at("pairs") ? at("pairs").querySelector("summary")?.focus() : import("./probe.js").then((probe) => probe.enter())),
  c: () => tap("versus"),
  l: (event) => tap(event.shiftKey ? "left-back" : "left-next"),
  r: (event) => tap(event.shiftKey ? "right-back" : "right-next"),
};

function speed(value) {
  command(() => ({ do: "speed", speed: value }));
}

function phase(by) {
  const all = [...document.querySelectorAll("#scrub .phase")];
  const now = all.findIndex((item) => item.getAttribute("aria-current") === "step");
  all[Math.max(0, now + by)]?.click();
}

function faults() {
  const box = at("break");
  if (box.tagName === "DETAILS") box.open = true;
  else if (getComputedStyle(at("fold")).display !== "none" && !box.classList.contains("open")) tap("fold");
  (box.querySelector('[role="switch"]') ?? box.querySelector("summary"))?.focus();
}

function reach(section) {
  section.focus();
  section.scrollIntoView({ block: "start" });
}

/** Does what the key means here; keys of fields, of pressed buttons and of open dialogs are theirs. */
export function press(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (target.closest("input, select, textarea, [contenteditable], [data-own-keys]")) return;
  if (key === "Escape") return at("stage").focus();
  const slide = target.closest('[role="slider"]');
  if (slide && (key === "ArrowUp" || key === "ArrowDown")) return tap(key === "ArrowUp" ? "next" : "back");
  if (key === " " && target.closest("button, summary")) return;
  if (target.id === "rail" && ["PageDown", "PageUp", "Home", "End", " "].includes(key)) return; // it scrolls
  const deed = always[key] ?? (letters.checked ? single[key.toLowerCase()] : undefined);
  if (!deed) return;
  event.preventDefault();
  deed(event);
}
