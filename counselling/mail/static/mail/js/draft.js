/**
 * Keeps the letter while it is written: 1.5 s after the last key, and when the page goes away. Never on the device.
 *
 * What is kept counts up a version. If another page kept something else meanwhile nothing is overwritten: this page
 * stops saving and offers to show both. A letter goes out once nothing is on its way any more.
 */
import { announce } from "../../web/js/lib.js";

const PAUSE_MS = 1_500;
const RETRY_MS = 5_000;
const NEAR_END = 1_000;
/** Browsers let this many bytes outlive a page. */
const OUTLIVES = 60_000;

const form = document.getElementById("letter-form");
const words = form.dataset;
const field = form.elements.text;
const saved = document.getElementById("letter-saved");
const counter = document.getElementById("letter-counter");
const diverged = document.getElementById("letter-diverged");

// What came back refused is not kept yet; nor is what was typed before this script was there.
let kept = field.hasAttribute("aria-invalid") ? null : field.defaultValue;
let timer;
let stopped = false;
let onItsWay = Promise.resolve();

function later(ms) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(flush, ms);
}

/** Keeps the text now, if it is not kept yet. Promises to be through with it, whether it worked or not. */
function flush() {
  clearTimeout(timer);
  onItsWay = onItsWay.then(save);
  return onItsWay;
}

async function save() {
  const text = field.value;
  if (stopped || text === kept || tooLong(text)) return;
  saved.textContent = words.saving;
  try {
    took(await post(text), text);
  } catch (refusal) {
    refused(refusal);
  }
}

function took(answer, text) {
  kept = text;
  form.elements.letter.value = answer.letter;
  form.elements.version.value = answer.version;
  saved.textContent = words.saved.replace("{time}", answer.saved);
  if (answer.help) helpFirst();
  if (field.value !== text) later(PAUSE_MS);
}

function refused({ code }) {
  saved.textContent = "";
  if (code === "diverged" || code === "already_sent") {
    stopped = true;
    diverged.hidden = false;
  } else if (code === "not_found" || code === "expired") {
    stopped = true;
    saved.textContent = words.gone;
  } else {
    saved.textContent = words.trouble;
    later(RETRY_MS);
  }
}

async function post(text) {
  const body = new FormData(form);
  body.set("text", text);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const response = await fetch(words.save, {
    method: "POST",
    keepalive: new Blob([text]).size < OUTLIVES,
    cache: "no-store",
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    body,
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw answer.error ?? { code: "" };
}

function helpFirst() {
  const help = document.querySelector("[data-helps-first]");
  if (!help.hidden) return;
  const before = field.getBoundingClientRect().top;
  help.hidden = false;
  scrollBy(0, field.getBoundingClientRect().top - before); // the line that is being written stays where it is
  announce(help.querySelector("h2").textContent);
}

const length = (text) => [...text].length;
const tooLong = (text) => length(text) > Number(words.limit);

function count() {
  const left = Number(words.limit) - length(field.value);
  counter.hidden = left > NEAR_END;
  counter.classList.toggle("over", left < 0);
  counter.textContent = (left < 0 ? words.over : words.left).replace("{n}", Math.abs(left));
}

field.addEventListener("input", () => {
  count();
  later(PAUSE_MS);
});
addEventListener("leaving", ({ detail }) => detail.push(flush()));
addEventListener("pagehide", flush);
// On the team's pages: before the screen is locked.
document.addEventListener("screen:lock", ({ detail }) => detail.wait(flush()));
document.addEventListener("visibilitychange", () => document.hidden && flush());

let through = false;
form.addEventListener("submit", async (event) => {
  const { submitter } = event;
  if (through) return;
  event.preventDefault();
  if (tooLong(field.value)) {
    field.focus();
    return;
  }
  submitter?.setAttribute("aria-busy", "true");
  clearTimeout(timer);
  await onItsWay;
  through = true;
  stopped = true;
  setTimeout(() => form.requestSubmit(submitter));
});
// Back from the next page: the form can be sent again.
addEventListener("pageshow", ({ persisted }) => {
  through = false;
  if (persisted) stopped = false;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
if (field.value) count();
if (field.value !== kept) later(PAUSE_MS);
