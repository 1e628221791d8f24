import { dress as dressAll } from "./abreast.js";

// A comparison: a line between two parts answers to the pointer as its words do, and the figures come at the end.
const player = document.querySelector(".both");
const panel = document.getElementById("figures");
const table = document.getElementById("figures-table");
const data = () => document.getElementById("diagram-state").dataset;
let got = table.firstElementChild ? address().href : "";

// The words of a line are opened by pointing at the line.
player.addEventListener("pointerover", (event) => {
  const pair = document.getElementById(event.target.closest(".tie")?.dataset.pair);
  if (pair) pair.open = true;
});

// The figures of the runs with the faults that hold now, wherever in them the reader stands.
function address() {
  const to = new URL(data().alone, location.href);
  to.pathname += "figures/";
  for (const name of ["left-step", "right-step", "rev"]) to.searchParams.delete(name);
  return to;
}

async function figures() {
  const to = address();
  document.getElementById("to-figures").href = to;
  panel.hidden = data().next !== undefined;
  if (panel.hidden || to.href === got) return;
  const page = new DOMParser().parseFromString(await (await fetch(to)).text(), "text/html");
  const made = page.getElementById("figures");
  if (!made) return;
  dress();
  table.replaceChildren(...made.childNodes);
  got = to.href;
}

// The table's looks come with the first table.
function dress() {
  const { look } = document.getElementById("line").dataset;
  if (document.querySelector(`link[href="${look}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: look }));
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.sourceElement?.id !== "line") return;
  dressAll();
  figures();
});
