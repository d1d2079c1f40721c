/**
 * The numbers of the shift follow by themselves, every few seconds, slower while nobody looks.
 *
 * Asking is no activity: the screen locks as ever. Signed out or locked, it stops and says so; without a connection it
 * says how old the numbers are and tries again, more and more rarely.
 */
import { Alerts } from "../../cases/js/alerts.js";
import { announce, get } from "../../web/js/lib.js";

const EVERY_MS = 5_000;
const HIDDEN_MS = 30_000;
const LONGEST_MS = 60_000;
/** So that all the screens of a house do not ask in the same moment. */
const JITTER = 0.2;
const OVER = new Set([403, 404, 423]);

const shift = document.getElementById("shift");
const trouble = document.getElementById("shift-trouble");
const slot = (within, name) => within.querySelector(`[data-slot=${name}]`);
const teams = new Map([...document.querySelectorAll("[data-team]")].map((team) => [team.dataset.team, team]));
const alerts = new Alerts({ waiting: shift.dataset.alert });
let reached = new Set();
let failures = 0;
let asking = false;
let timer;

/* --- What came --------------------------------------------------------------------------------------------------- */

function show(answer) {
  if (Object.keys(answer.teams).join() !== [...teams.keys()].join()) return location.reload();
  slot(shift, "at").textContent = answer.at;
  const now = new Set();
  for (const [id, cells] of Object.entries(answer.teams)) {
    for (const [code, cell] of Object.entries(cells)) {
      const place = teams.get(id).querySelector(`[data-cell=${code}]`);
      fill(place, cell);
      if (cell.alert) now.add(place);
    }
  }
  alerts.badge(answer.alerts);
  tell([...now].filter((place) => !reached.has(place)));
  reached = now;
}

function fill(place, { text, detail, alert }) {
  write(slot(place, "text"), text);
  write(slot(place, "detail"), detail);
  write(slot(place, "words"), alert);
  slot(place, "detail").hidden = detail === "";
  slot(place, "alert").hidden = alert === "";
  place.classList.toggle("is-reached", alert !== "");
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A sound and, for those who cannot see it, a sentence; only for what was not reached before. */
function tell(places) {
  if (!places.length) return;
  alerts.raise("waiting");
  announce(places.map(sentence).join(" "));
}

function sentence(place) {
  const team = place.closest("[data-team]").dataset.name;
  return `${team}, ${place.dataset.label}: ${slot(place, "text").textContent}. ${slot(place, "words").textContent}.`;
}

/* --- Asking ------------------------------------------------------------------------------------------------------ */

async function ask() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  const refused = await get(shift.dataset.url).then(come, (problem) => problem);
  asking = false;
  if (OVER.has(refused?.status)) return stop();
  if (refused) {
    failures += 1;
    say(shift.dataset.offline);
  }
  timer = setTimeout(ask, pause());
}

function come(answer) {
  failures = 0;
  say("");
  show(answer);
}

function pause() {
  const later = Math.min(LONGEST_MS, EVERY_MS * 2 ** failures);
  return Math.max(later, document.hidden ? HIDDEN_MS : 0) * (1 - JITTER + 2 * JITTER * Math.random());
}

function say(sentence) {
  write(slot(trouble, "trouble"), sentence);
  trouble.hidden = sentence === "";
  document.documentElement.classList.toggle("is-old", sentence !== "");
  slot(shift, "reload").hidden = sentence === "";
}

function stop() {
  say(shift.dataset.over);
  alerts.badge(0);
  document.removeEventListener("visibilitychange", look);
  removeEventListener("online", ask);
}

function look() {
  if (!document.hidden) ask();
}

/* --- Wiring ------------------------------------------------------------------------------------------------------ */

const sound = slot(shift, "sound");
sound.hidden = false;
sound.addEventListener("click", () => {
  alerts.sound = !alerts.sound;
  sound.setAttribute("aria-pressed", String(alerts.sound));
});
reached = new Set(document.querySelectorAll(".is-reached"));
alerts.badge(reached.size);
document.addEventListener("visibilitychange", look);
addEventListener("online", ask);
timer = setTimeout(ask, pause());
slot(shift, "reload").hidden = true;
