/** Solves the proof of work while a form is filled in, and lets it go out once with the result. */
import { solve } from "./pow.js";

/** Sent where there was no proof to do or it could not be done: says that a script runs here at all. */
const WITHOUT = "none";

const form = document.querySelector("form[data-challenge]");
const proof = form.elements.proof;
let solving;

function begin() {
  solving ??= solve(form.dataset.challenge, { status: form.querySelector("[data-slow]") }).then((solution) => {
    proof.value = solution || WITHOUT;
  });
  return solving;
}

form.addEventListener("submit", async (event) => {
  if (proof.value) return;
  event.preventDefault();
  const { submitter } = event;
  submitter?.setAttribute("aria-busy", "true");
  await begin();
  setTimeout(() => form.requestSubmit(submitter)); // never inside a running submit: browsers ignore that one
});

// One of several ways on a page: the phone works only for whoever takes this one.
if ("whenTouched" in form.dataset) form.addEventListener("focusin", begin, { once: true });
else begin();
if ("goesOn" in form.dataset) form.requestSubmit();
