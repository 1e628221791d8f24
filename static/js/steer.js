// The controls that stay while steps come and go: where they lead and what they say now.
import { say } from "./line.js";

const [COMMA, STOP] = document.documentElement.lang.startsWith("zh") ? ["，", "。"] : [", ", ". "];

/** Buttons stay where they are; where they lead, and whether they lead anywhere, comes with the step. */
export function steer(now) {
  const ways = document.getElementById("diagram-state").dataset;
  const address = new URL(now.alone);
  for (const link of [document.getElementById("copy"), document.querySelector("#wire .alone")]) link.href = address;
  const other = document.querySelector("a.detail");
  if (other) {
    const all = new URL(address);
    if (all.searchParams.has("detail")) all.searchParams.delete("detail");
    else all.searchParams.set("detail", "full");
    other.href = all;
  }
  follow(address);
  address.searchParams.delete("rev");
  for (const id of ["first", "back", "next", "last"]) {
    const link = document.getElementById(id);
    const leads = ways[id] !== undefined;
    if (Number(ways[id]) < 0) address.searchParams.delete("step");
    else address.searchParams.set("step", ways[id]);
    if (leads) link.href = address;
    else link.removeAttribute("href");
    for (const [name, value] of [["role", "link"], ["aria-disabled", "true"], ["tabindex", "0"]]) {
      if (leads) link.removeAttribute(name);
      else link.setAttribute(name, value);
    }
  }
  const play = document.getElementById("play");
  play.value = now.playing ? "pause" : "play";
  play.title = play.dataset[play.value];
  const icon = play.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#i-${play.value}`));
  document.getElementById("do-play").classList.toggle("start", now.index < 0);
  for (const button of document.querySelectorAll("#do-speed button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === now.speed));
  }
  document.getElementById("pace").value = String(now.speed);
}

// A step that was pushed replaces the page's address as a pressed one does; its run stays in it.
function follow(alone) {
  const run = new URLSearchParams(location.search).get("run");
  if (!run) return;
  const address = new URL(alone);
  address.searchParams.set("run", run);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

/** What is broken right now, in words. */
export function broken() {
  const told = [...document.querySelectorAll('#faults [aria-checked="true"] span, #faults .active li > span')];
  return told.map((item) => [...item.childNodes].map((node) => node.textContent.trim()).join(" "));
}

/**
 * Says what the step tells; at twice the speed and more only where it is and its title. On the same step it
 * says what has been broken or mended since.
 */
export function announce(now, before) {
  if (now.index === before.index) {
    const faults = broken();
    const { mended } = document.getElementById("line").dataset;
    const fresh = faults.filter((text) => !before.faults.includes(text));
    const gone = before.faults.filter((text) => !faults.includes(text)).map((text) => mended + text);
    if (fresh.length + gone.length) say([...fresh, ...gone].join(STOP));
    return;
  }
  const step = document.getElementById("step");
  const read = (css) => step.querySelector(css)?.textContent.trim() ?? "";
  const told = [[read(".num"), read(".ph")].filter(Boolean).join(COMMA), read(".title")];
  if (!now.playing || now.speed < 2) told.push(read(".what"));
  say(told.filter(Boolean).join(STOP));
}
