/**
 * A case's page: where to begin reading, and passages that are quoted into the letter. Keeping the letter is draft.js.
 * Without this script the page's buttons do the same by a form.
 */
import { announce } from "../../web/js/lib.js";
import { insert } from "./insert.js";

const field = document.getElementById("letter-text");
// Nobody has been in there yet: what is put in comes behind what stands there.
field?.setSelectionRange(field.value.length, field.value.length);

for (const button of document.querySelectorAll("[data-quote]")) {
  if (!field) break;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    quote(document.getElementById(button.dataset.quote));
  });
}

/** What is marked in this letter, else all of it. */
function quote(place) {
  const text = marked(place) || spoken(place.querySelector("[data-text]"));
  const lines = text.trim().split("\n").map((line) => `> ${line}`.trimEnd());
  insert(field, `${lines.join("\n")}\n\n`, { apart: true });
}

function marked(place) {
  const selection = getSelection();
  if (selection.isCollapsed || !place.contains(selection.anchorNode) || !place.contains(selection.focusNode)) return "";
  return spoken(selection.getRangeAt(0).cloneContents());
}

/** The text without the labels for those who cannot see marks. */
function spoken(node) {
  const copy = node.cloneNode(true);
  for (const label of copy.querySelectorAll(".visually-hidden")) label.remove();
  return copy.textContent;
}

/* The first thing that is new, else the end of what was written; an address that names a place wins. */
function begin() {
  const preview = document.getElementById("preview");
  const problem = document.querySelector(".case-compose [role=alert]:not([hidden])");
  if (preview) {
    preview.scrollIntoView();
    preview.focus({ preventScroll: true });
  } else if (problem) {
    problem.closest(".field, .fold")?.querySelector("textarea, select, input")?.focus();
    announce(problem.textContent.trim());
  } else if (!location.hash) {
    document.querySelector("[data-fresh]")?.scrollIntoView({ block: "start" });
  }
}

begin();
