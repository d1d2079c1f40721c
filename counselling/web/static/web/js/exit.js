/* Quick exit: blank at once, end the visit, be elsewhere. Runs before the page is drawn; needs nothing of it.
 *
 * The case stays; only this browser's visit ends. The answer to /exit/ leaves a mark without content for some
 * minutes: a page that the back button opens while it is there goes on to the neutral site at once.
 */

const TAPS = 3;
const WITHIN_MS = 2000;
const root = document.documentElement;
const { exit: elsewhere, away } = root.dataset;

function blank() {
  root.className = "gone";
  document.querySelectorAll("link[rel=icon]").forEach((link) => link.setAttribute("href", "data:,"));
  document.title = new URL(elsewhere).hostname;
  document.body?.replaceChildren();
}

/* A request that outlives the page. */
function tell(path) {
  if (navigator.sendBeacon?.(path)) return;
  fetch(path, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
}

/* "leaving" tells scripts that hold unsent words to send them now and to add a promise to `detail`. The visit ends when
 * they are through, at the latest as the page goes: requests may overtake each other, and one after the end is refused.
 */
export function leave() {
  const kept = [];
  let told = false;
  const end = () => {
    if (!told) tell("/exit/");
    told = true;
  };
  dispatchEvent(new CustomEvent("leaving", { detail: kept }));
  blank();
  addEventListener("pagehide", end);
  Promise.allSettled(kept).then(end);
  setTimeout(() => location.replace(elsewhere));
}

/* Counts Shift pressed and let go alone; any other key or a tap in between starts anew, so capitals never leave. */
export function shiftCounter(onThird) {
  let taps = [];
  let alone = false;
  return {
    down(event) {
      const shift = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
      if (!shift) taps = [];
      alone = shift;
    },
    up(event) {
      if (event.key !== "Shift" || !alone) return;
      alone = false;
      taps = [...taps, event.timeStamp].filter((at) => event.timeStamp - at <= WITHIN_MS);
      if (taps.length >= TAPS) onThird();
    },
    reset() {
      taps = [];
      alone = false;
    },
  };
}

function cameBack() {
  return performance.getEntriesByType("navigation")[0]?.type === "back_forward";
}

const counter = shiftCounter(leave);
addEventListener("keydown", counter.down, true);
addEventListener("keyup", counter.up, true);
addEventListener("pointerdown", counter.reset, true);
addEventListener("blur", counter.reset);
addEventListener("submit", (event) => {
  if (!event.target.matches("[data-leave]")) return;
  event.preventDefault();
  leave();
}, true);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

if (document.cookie.split("; ").includes(`${away}=1`)) {
  if (cameBack()) {
    blank();
    location.replace(elsewhere);
  } else {
    tell("/exit/returned/");
  }
}
