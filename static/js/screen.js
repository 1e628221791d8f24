// A projector's page: it does not scroll, and has two keys.

const boxes = [...document.querySelectorAll("[data-fit]")];

/** What does not fit is said smaller, as little as it takes, and all of it alike. */
export function fit() {
  for (let tight = 0; tight < 6; tight++) {
    for (const box of boxes) box.dataset.tight = tight;
    if (boxes.every((box) => box.scrollHeight <= box.clientHeight)) return;
  }
}

document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  if (key === "q") document.getElementById("join")?.toggleAttribute("hidden");
  else if (key !== "f") return;
  else if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
addEventListener("resize", fit);
document.fonts.ready.then(fit);
