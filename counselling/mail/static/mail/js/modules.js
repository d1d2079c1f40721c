/**
 * The picker of text modules: a list with a filter above it, by keyboard alone (arrow keys, Enter, Escape).
 * Focus stays in the filter; which module is chosen is told by aria-activedescendant (ARIA combobox pattern).
 */
import { announce, bootstrap, h } from "../../web/js/lib.js";
import { insert } from "./insert.js";

const field = document.getElementById("letter-text");
const dialog = document.getElementById("picker");
const open = document.getElementById("picker-open");
const filter = document.getElementById("picker-filter");
const list = document.getElementById("picker-list");
const none = document.getElementById("picker-none");
const words = dialog.dataset;
const all = bootstrap("modules-data");

let shown = [];
let at = 0;
let caret = [0, 0]; // browsers forget it while a dialog lies above

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function draw() {
  const wanted = plain(filter.value).split(/\s+/).filter(Boolean);
  shown = all.filter(({ title, text }) => wanted.every((word) => plain(`${title} ${text}`).includes(word)));
  list.replaceChildren(...shown.map(option));
  none.hidden = shown.length > 0;
  none.textContent = shown.length ? "" : words.none;
  choose(0);
}

function option({ id, title, text, own }, place) {
  return h(
    "li",
    { id: `pick-${id}`, role: "option", class: "picker-one", "aria-selected": "false", onclick: () => take(place) },
    h("strong", {}, title, own ? ` (${words.own})` : ""),
    h("p", {}, text),
  );
}

function choose(place) {
  list.children[at]?.setAttribute("aria-selected", "false");
  at = Math.max(0, Math.min(place, shown.length - 1));
  const chosen = list.children[at];
  chosen?.setAttribute("aria-selected", "true");
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) filter.setAttribute("aria-activedescendant", chosen.id);
  else filter.removeAttribute("aria-activedescendant");
}

function take(place) {
  const one = shown[place];
  if (!one) return;
  dialog.close();
  back();
  insert(field, one.text);
  announce(words.inserted.replace("{name}", one.title));
}

function back() {
  field.focus();
  field.setSelectionRange(...caret);
}

function show() {
  caret = [field.selectionStart, field.selectionEnd];
  filter.value = "";
  dialog.showModal();
  draw();
  filter.focus();
}

const KEYS = {
  ArrowDown: () => choose(at + 1),
  ArrowUp: () => choose(at - 1),
  PageDown: () => choose(at + 5),
  PageUp: () => choose(at - 5),
  Enter: () => take(at),
};

filter.addEventListener("keydown", (event) => {
  if (!KEYS[event.key] || event.isComposing) return;
  event.preventDefault();
  KEYS[event.key]();
});
filter.addEventListener("input", draw);
document.getElementById("picker-close").addEventListener("click", () => {
  dialog.close();
  back();
});
dialog.addEventListener("cancel", () => setTimeout(back));

if (field && all.length) {
  document.getElementById("picker-plain")?.setAttribute("hidden", "");
  open.hidden = false;
  open.addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    const asked = event.key === "." && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (!asked || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    show();
  });
}
