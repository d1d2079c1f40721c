/** The desk's dialogs: opened for one case, sent by a script, closed once the server agreed. */
import { byId, copy, put, show, slot } from "./dom.js";

/**
 * Opens `<dialog id="dialog-…">` about somebody. `submit(data)` gets the form's FormData and may throw Refused, whose
 * sentence is then shown inside, with everything that was chosen still there. Focus returns to where it came from;
 * `done(data)` comes after that, when the page can be used again.
 */
export function ask(name, { about, submit, done, failed, prepare = () => undefined }) {
  const dialog = byId(`dialog-${name}`);
  const form = dialog.querySelector("form");
  form.reset();
  put(dialog, "name", about);
  refuse(dialog, "");
  prepare(dialog);
  form.onsubmit = (event) => {
    event.preventDefault();
    send(dialog, form, { submit, done, failed });
  };
  slot(dialog, "cancel").onclick = () => dialog.close();
  dialog.showModal();
}

/** A dialog that only tells something. */
export function tell(name) {
  byId(`dialog-${name}`).showModal();
}

export function isOpen() {
  return document.querySelector("dialog[open]") !== null;
}

/** Radio buttons for colleagues, those who are here first; who is away cannot be chosen. */
export function offer(dialog, colleagues, { status, load }) {
  const here = (row) => row.status === "here";
  const rows = [...colleagues].sort((a, b) => here(b) - here(a));
  slot(dialog, "colleagues").replaceChildren(...rows.map((row) => choice(row, status, load)));
  const nobody = slot(dialog, "nobody");
  if (nobody) show(nobody, !rows.some(here));
}

function choice(row, status, load) {
  const node = copy("choose-colleague");
  const radio = node.querySelector("input");
  radio.value = row.id;
  radio.disabled = row.status !== "here";
  slot(node, "dot").dataset.status = row.status;
  put(node, "alias", row.alias);
  put(node, "status", `${status[row.status]} · ${load(row)}`);
  return node;
}

async function send(dialog, form, { submit, done, failed }) {
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-disabled")) return undefined; // sent already, the answer is on its way
  button.setAttribute("aria-disabled", "true");
  refuse(dialog, "");
  const data = new FormData(form);
  try {
    await submit(data);
  } catch (refused) {
    return refuse(dialog, refused.message || failed);
  } finally {
    button.removeAttribute("aria-disabled");
  }
  dialog.close();
  return done(data);
}

function refuse(dialog, sentence) {
  show(put(dialog, "error", sentence), Boolean(sentence));
}
