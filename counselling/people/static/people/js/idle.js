/**
 * Nobody at the screen: one minute before the session locks the page asks, and at the time it covers itself.
 *
 * The server decides when that is; this page tells it about activity (at most once a minute) and asks it before it
 * says anything, since the person may be at work in another tab. Whoever has unsent text on the page hears
 * `screen:lock` at the question and once more, with `detail.final`, at the lock; `detail.wait` takes a promise.
 */
import { get, post } from "../../web/js/lib.js";

const WARN_S = 60;
const ACTIVE_EVERY_MS = 60_000;
/** So a page that has no line to the server learns of a lock or a sign-out from elsewhere. */
const LOOK_EVERY_MS = 60_000;
const SAVE_MS = 3_000;
const AGAIN_MS = 5_000;
/** The page goes a moment before the server locks, so that what is unsent can still be kept. */
const EARLY_S = 3;
/** Not `scroll`: a conversation scrolls by itself when somebody writes. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"];

const dialog = document.getElementById("idle");
const urls = { ...dialog.dataset };
const seconds = dialog.querySelector("[data-slot=seconds]");
const others = new BroadcastChannel("team-activity");
let told = Date.now(); // opening the page was activity
let trailing;
let looking;
let ticking;
let covered = false;

/* --- Somebody is here -------------------------------------------------------------------------------------------- */

function noticed({ type, movementX, movementY }) {
  const moved = type !== "pointermove" || movementX || movementY; // browsers also tell of a page moving below a mouse
  if (!moved || covered || dialog.open || trailing) return;
  trailing = setTimeout(tell, Math.max(0, told + ACTIVE_EVERY_MS - Date.now()));
}

async function tell() {
  clearTimeout(trailing);
  trailing = undefined;
  told = Date.now();
  await post(urls.active).catch(over);
  others.postMessage("active");
}

/** Locked or signed out meanwhile: the server knows where to go. Everything else heals by itself. */
function over(refused) {
  if (refused.status === 403 || refused.status === 423) leave();
}

/* --- Nobody is here ---------------------------------------------------------------------------------------------- */

function later(ms) {
  clearTimeout(looking);
  looking = setTimeout(look, ms);
}

async function look() {
  if (covered) return;
  later(LOOK_EVERY_MS);
  const answer = await get(urls.left).catch(over);
  if (!answer || covered) return;
  if (answer.seconds <= WARN_S) return warn(Date.now() + answer.seconds * 1000);
  calm();
  return later(Math.min(LOOK_EVERY_MS, (answer.seconds - WARN_S) * 1000));
}

function calm() {
  clearInterval(ticking);
  ticking = undefined;
  if (dialog.open) dialog.close();
}

function warn(until) {
  if (!dialog.open) {
    dialog.showModal();
    keep({ final: false });
  }
  clearInterval(ticking);
  ticking = setInterval(() => tick(until), 1_000);
  tick(until);
}

async function tick(until) {
  const rest = Math.ceil((until - Date.now()) / 1000);
  seconds.textContent = String(Math.max(0, rest));
  if (rest > EARLY_S) return;
  clearInterval(ticking);
  const answer = await get(urls.left).catch(over);
  if (answer?.seconds > WARN_S) calm();
  else cover();
}

/** What is unsent is kept first, as long as that does not take too long. */
function keep({ final }) {
  const saving = [];
  const detail = { final, wait: (promise) => saving.push(promise) };
  document.dispatchEvent(new CustomEvent("screen:lock", { detail }));
  return Promise.race([Promise.allSettled(saving), new Promise((done) => setTimeout(done, SAVE_MS))]);
}

async function cover() {
  if (covered) return;
  hide();
  await keep({ final: true });
  lock();
}

function hide() {
  covered = true;
  calm();
  document.documentElement.dataset.covered = "";
}

/** Without a connection the screen stays covered until there is one. */
async function lock() {
  const refused = await post(urls.lock).catch((error) => error);
  if (refused.status === 0) return setTimeout(lock, AGAIN_MS);
  others.postMessage("locked");
  return leave();
}

function leave() {
  hide();
  const here = location.pathname + location.search;
  location.replace(`${urls.locked}?next=${encodeURIComponent(here)}`);
}

/* --- Wiring ------------------------------------------------------------------------------------------------------ */

for (const sign of SIGNS) addEventListener(sign, noticed, { capture: true, passive: true });
dialog.addEventListener("close", () => {
  if (ticking && !covered) tell();
  clearInterval(ticking);
  ticking = undefined;
});
dialog.querySelector("[data-slot=now]").addEventListener("click", cover);
for (const form of document.querySelectorAll("form[data-lock]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    cover();
  });
}
others.addEventListener("message", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("pageshow", (event) => event.persisted && location.reload());
later(LOOK_EVERY_MS);
