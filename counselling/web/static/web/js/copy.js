/** `<button data-copy="id" hidden>`: puts the text of that element on the clipboard; hidden where no script runs. */
import { announce } from "./lib.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button, document.getElementById(button.dataset.copy)));
}

async function copy(button, source) {
  try {
    await navigator.clipboard.writeText(source.dataset.text);
    button.lastChild.textContent = button.dataset.copied;
    announce(button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(source);
  }
}
