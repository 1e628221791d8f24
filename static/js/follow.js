// The page of a follower and of a projector. Its line only brings news; nothing here commands.
import { arrive } from "./diagram.js";

const SILENCE = 25_000; // ms without a beat (one comes every 10 s) after which the line is taken for dead
const LATE = 1_000; // ms until a break is shown: most heal sooner
const [SOONEST, LATEST] = [200, 4_000]; // ms until the line is tried again, at random: a class comes back together
const wire = document.getElementById("wire");
const words = document.getElementById("words");
const screen = document.body.classList.contains("screen");
const wall = screen ? await import("./screen.js") : null;
const STOP = document.documentElement.lang.startsWith("zh") ? "。" : ". ";
let line = null;
let heard = 0;
let failures = 0;
let over = false;
let late = 0;
let again = 0;

function shown() {
  const { epoch, seq, index, speed, playing, alone } = document.getElementById("diagram-state").dataset;
  return { epoch: Number(epoch), seq: Number(seq), index: Number(index), speed: Number(speed), playing, alone };
}

function newer(news) {
  const now = shown();
  return news.epoch > now.epoch || (news.epoch === now.epoch && news.seq > now.seq);
}

function open() {
  clearTimeout(again);
  close();
  const { epoch, seq } = shown();
  const address = new URL(document.getElementById("line").dataset.socket, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.searchParams.set("epoch", epoch);
  address.searchParams.set("seq", seq);
  if (screen) address.searchParams.set("screen", 1);
  const mine = (line = new WebSocket(address));
  heard = Date.now();
  mine.onopen = () => {
    failures = 0;
    show(wire.dataset.state === "lost" ? "back" : "on");
  };
  mine.onmessage = (event) => mine === line && hear(JSON.parse(event.data));
  mine.onclose = ({ code }) => mine === line && lost(code);
}

function close() {
  const old = line;
  line = null;
  old?.close();
}

function hear(news) {
  heard = Date.now();
  if (news.content !== undefined) newer(news) && take(news.content);
  else if (newer(news)) open(); // a beat with a number we have not seen: a message was lost
}

function lost(code) {
  line = null;
  if (code >= 4000) return end();
  if (document.hidden) return;
  late ||= setTimeout(show, LATE, "lost");
  const most = Math.min(LATEST, 1_000 * 2 ** failures++);
  again = setTimeout(open, SOONEST + Math.random() * most);
}

function end() {
  over = true;
  show("ended");
  document.getElementById("stopped")?.removeAttribute("hidden");
}

function show(state) {
  clearTimeout(late);
  late = 0;
  wire.dataset.state = state;
  if (state === "back") late = setTimeout(show, 2_000, "on");
}

// Each part of a pushed text goes to its place; what the reader has opened is outside of them.
function take(content) {
  const before = shown();
  document.querySelector("#meaning:popover-open")?.hidePopover(); // its word goes
  const template = document.createElement("template");
  template.innerHTML = content;
  for (const part of template.content.querySelectorAll("hx-partial")) {
    document.querySelector(part.getAttribute("hx-target"))?.replaceChildren(...part.childNodes);
  }
  const now = shown();
  settle(now);
  if (now.index !== before.index) {
    if (words.matches(".words")) words.scrollTop = 0;
    announce(now);
  }
  arrive(Math.sign(now.index - before.index), now.speed).then(describe);
}

// A picture's description is what the step says.
function describe() {
  for (const svg of document.querySelectorAll(".drawing > svg")) {
    svg.setAttribute("aria-label", svg.closest(".half, main").querySelector(".title").textContent);
  }
}

function settle(now) {
  const alone = document.getElementById("alone");
  if (alone) alone.href = `${alone.dataset.path}?${[now.alone, alone.dataset.back].filter(Boolean).join("&")}`;
  wall?.fit();
}

function announce(now) {
  const quick = now.playing && now.speed >= 2;
  const items = document.querySelectorAll(`.where > :is(.num, .ph), .narr > :is(.sys, .title${quick ? "" : ", .what"})`);
  const told = [...items].map((item) => item.textContent.trim()).join(STOP);
  document.getElementById("live").textContent = told.replaceAll(/([.。])[.。]/g, "$1");
}

async function explain() {
  (await import("./terms.js")).start();
}

if (!screen) {
  for (const sign of ["pointerover", "pointerdown", "focusin"]) {
    document.addEventListener(sign, explain, { once: true });
  }
}
setInterval(() => line && Date.now() - heard > SILENCE && open(), 5_000);
document.addEventListener("visibilitychange", () => {
  if (over) return;
  if (document.hidden) close();
  else if (!line) open();
});
addEventListener("pageshow", (event) => event.persisted && !over && open());
settle(shown());
open();
