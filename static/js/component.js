// A component's page: its terms and marks explain themselves as in the player, once somebody points at one.
const SIGNS = ["pointerover", "focusin", "click"];

function wake(event) {
  if (!event.target.closest?.(".term")) return;
  for (const sign of SIGNS) document.removeEventListener(sign, wake);
  import("./terms.js").then((terms) => terms.start());
}

for (const sign of SIGNS) document.addEventListener(sign, wake);
