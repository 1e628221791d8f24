// The controls that stay while steps come and go: where they lead and what they say now.
import { say } from "./line.js";

const [COMMA, STOP] = document.documentElement.lang.startsWith("zh") ? ["，", "。"] : [", ", ". "];

/** Where a step is told: one place, or one a side. */
export const TOLD = "#step, #left-step, #right-step";

/** Buttons stay where they are; where they lead, and whether they lead anywhere, comes with the step. */
export function steer(now) {
  const ways = document.getElementById("diagram-state").dataset;
  const address = new URL(now.alone);
  for (const link of [document.getElementById("copy"), document.querySelector("#wire .alone")]) link.href = address;
  const what = [...document.querySelectorAll(TOLD)].map((told) => read(told, ".title")).join(" / ");
  const about = address.pathname + address.search;
  const told = new URLSearchParams({ about, what });
  for (const link of document.querySelectorAll("main .report")) link.search = told;
  const other = document.querySelector("a.detail");
  if (other) {
    const all = new URL(address);
    if (all.searchParams.has("detail")) all.searchParams.delete("detail");
    else all.searchParams.set("detail", "full");
    other.href = all;
  }
  follow(address);
  address.searchParams.delete("rev");
  const both = document.getElementById("line").dataset.meetings;
  for (const id of ["first", "back", "next", "last"]) {
    const link = document.getElementById(id);
    const leads = ways[id] !== undefined;
    for (const [name, step] of [["step", ways[id]], ["left-step", ways[`${id}Left`]], ["right-step", ways[`${id}Right`]]]) {
      if (name === "step" && both) continue;
      if (step === undefined || Number(step) < 0) address.searchParams.delete(name);
      else address.searchParams.set(name, step);
    }
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
  const versus = document.getElementById("versus");
  if (versus) versus.href = beside(versus, new URL(now.alone));
}

// The comparison in which this side stands where the reader is now, with what is broken here, and the other meets it.
function beside(link, alone) {
  const to = new URL(link.href);
  const [own, other] = link.dataset.field === "left-step" ? ["left", "right"] : ["right", "left"];
  const step = alone.searchParams.get("step");
  for (const name of [`${own}-step`, `${other}-step`, `${own}-fault`]) to.searchParams.delete(name);
  for (const fault of alone.searchParams.getAll("fault")) to.searchParams.append(`${own}-fault`, fault);
  if (step === null) return to;
  to.searchParams.set(`${own}-step`, step);
  to.searchParams.set(`${other}-step`, "meet");
  return to;
}

const read = (within, css) => within.querySelector(css)?.textContent.trim() ?? "";

// A step that was pushed replaces the page's address as a pressed one does; its run stays in it, and so does
// the shared run that the reader has left for a while.
function follow(alone) {
  const here = new URLSearchParams(location.search);
  if (!here.has("run")) return;
  const address = new URL(alone);
  for (const name of ["run", "follow"]) if (here.has(name)) address.searchParams.set(name, here.get(name));
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
  const told = [...document.querySelectorAll(TOLD)].flatMap((step) => [
    [step.dataset.name, read(step, ".num"), read(step, ".ph")].filter(Boolean).join(COMMA),
    read(step, ".title"),
    read(step, ".holding"),
    now.playing && now.speed >= 2 ? "" : read(step, ".what"),
  ]);
  say(told.filter(Boolean).join(STOP));
}
