import { dress as dressAll } from "./abreast.js";

// A comparison: a line between two parts answers to the pointer as its words do, and the figures come at the end.
const player = document.querySelector(".both");
const panel = document.getElementById("figures");
const table = document.getElementById("figures-table");
const data = () => document.getElementById("diagram-state").dataset;
const over = () => data().next === undefined;
let got = table.firstElementChild ? address().href : "";
let dressed = null; // promised once

// The words of a line are opened by pointing at the line; the first pointing may be what fetched this module.
function point(line) {
  const pair = document.getElementById(line?.dataset.pair);
  if (pair) pair.open = true;
}
player.addEventListener("pointerover", (event) => point(event.target.closest(".tie")));
point(player.querySelector(".tie:hover"));

// The figures of the runs with the faults that hold now, wherever in them the reader stands.
function address() {
  const to = new URL(data().alone, location.href);
  to.pathname += "figures/";
  for (const name of ["left-step", "right-step", "rev"]) to.searchParams.delete(name);
  return to;
}

// The panel opens when all of it is there: one that grew while somebody reads would push its own lines about.
async function figures() {
  const to = address();
  document.getElementById("to-figures").href = to;
  if (!over()) return (panel.hidden = true);
  if (to.href !== got) {
    const page = new DOMParser().parseFromString(await (await fetch(to)).text(), "text/html");
    const made = page.getElementById("figures");
    await (dressed ??= dress());
    if (!made || address().href !== to.href) return; // or other faults hold by now: their table is on its way
    table.replaceChildren(...made.childNodes);
    got = to.href;
  }
  panel.hidden = !over(); // the reader may have gone back meanwhile
}

// The table's looks come with the first table.
function dress() {
  const { look } = document.getElementById("line").dataset;
  if (document.querySelector(`link[href="${look}"]`)) return true;
  return new Promise((done) => {
    const link = { rel: "stylesheet", href: look, onload: done, onerror: done };
    document.head.append(Object.assign(document.createElement("link"), link));
  });
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.sourceElement?.id !== "line") return;
  dressAll();
  figures();
});
