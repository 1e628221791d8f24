// Stepping by hand: dragging along the scrubber, and swiping the narration on a touch screen.
import { command, goto } from "./run.js";

const FAR = 60; // px a finger must move sideways to mean a step

// Every step has its place; where a phase has too many to list them, the server takes any frame inside.
function place(slide, x) {
  const box = slide.parentElement.querySelector(".phases").getBoundingClientRect();
  const phases = [...slide.parentElement.querySelectorAll(".phase")];
  const along = Math.min(0.9999, Math.max(0, (x - box.left) / box.width)) * phases.length;
  const number = Math.floor(along);
  const phase = phases[number];
  const { stops, steps, index } = phase.dataset;
  const only = phase.href && !steps ? [new URL(phase.href).searchParams.get("step")] : null;
  const listed = stops ? stops.split(" ") : only;
  const count = Math.max(1, listed ? listed.length : Number(steps));
  const step = Math.min(count - 1, Math.floor((along - number) * count));
  return {
    index: listed ? listed[step] : String(Number(index) + step),
    percent: ((number + (step + 1) / count) / phases.length) * 100,
    name: phase.querySelector("span").textContent,
  };
}

/** Takes hold of the slider at the event's place; letting go sends the viewer there. */
export function grab(slide, event) {
  const head = slide.parentElement.querySelector(".head");
  const rest = head.getAttribute("cx");
  let last = place(slide, event.clientX);
  const move = (moved) => {
    last = place(slide, moved.clientX);
    head.setAttribute("cx", `${last.percent}%`);
  };
  const stop = new AbortController();
  const { signal } = stop;
  try {
    slide.setPointerCapture(event.pointerId);
  } catch {
    // the finger has already gone: then this was a tap
  }
  move(event);
  slide.focus({ preventScroll: true });
  const go = () => command(() => goto(last.index));
  if (!slide.hasPointerCapture(event.pointerId)) return void go();
  slide.addEventListener("pointermove", move, { signal });
  slide.addEventListener("pointerup", () => (stop.abort(), go()), { signal });
  slide.addEventListener("pointercancel", () => (stop.abort(), head.setAttribute("cx", rest)), { signal });
}

/** Lets the narration be swiped: to the left is on, to the right is back. */
export function start() {
  const rail = document.getElementById("rail");
  let from = null;
  const begin = (event) => (from = event.touches.length === 1 ? event.touches[0] : null);
  rail.addEventListener("touchstart", begin, { passive: true });
  rail.addEventListener("touchend", (event) => {
    const to = event.changedTouches[0];
    if (!from || event.target.closest(".scroll, .break")) return;
    const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(x) > FAR && Math.abs(x) > 2 * Math.abs(y)) {
      document.getElementById(x < 0 ? "next" : "back").click();
    }
  });
}
