/** The team's list of letters: counts that follow, a title that says how many are due, arrow keys between rows. */
import { announce, get } from "../../web/js/lib.js";

const EVERY_MS = 30_000;
const MOST = 100;
const letters = document.getElementById("letters");
const fresh = document.getElementById("fresh");
const title = document.title;
let before = null;

/** Badges and title; numbers only, never a name. */
function show(counts) {
  for (const badge of document.querySelectorAll("[data-badge]")) {
    const count = counts[badge.dataset.badge];
    if (count === undefined) continue;
    badge.hidden = count === 0;
    badge.querySelector("[data-number]").textContent = count >= MOST ? letters.dataset.more : String(count);
  }
  document.title = counts.due ? `(${counts.due >= MOST ? `${MOST - 1}+` : counts.due}) ${title}` : title;
}

function hasGrown(counts) {
  return before !== null && Object.entries(counts).some(([name, count]) => count > before[name]);
}

async function ask() {
  try {
    const counts = await get(letters.dataset.state);
    show(counts);
    if (hasGrown(counts) && fresh.hidden) {
      fresh.hidden = false;
      announce(letters.dataset.fresh);
    }
    before = counts;
  } catch {
    // The next round asks again; a locked screen is covered by its own script.
  }
  setTimeout(ask, EVERY_MS);
}

/** Up and down go from row to row while one of them has the focus; Tab goes everywhere as ever. */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = event.target.closest("[data-row]");
  if (!step || !here || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  const next = rows[rows.indexOf(here) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

document.getElementById("list")?.addEventListener("keydown", move);
ask();
