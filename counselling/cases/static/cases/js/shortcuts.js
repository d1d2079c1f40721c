/**
 * Single keys for the whole desk. They never fire while somebody writes, chooses in a list or answers a dialog, and
 * can be switched off (WCAG 2.1.4).
 */
import { isOpen } from "./dialogs.js";

const WRITING = "input, textarea, select, [contenteditable]";

export class Shortcuts {
  on = true;

  /** `actions` maps a key ("n") to what it does; `nth(n)` is for Alt and a digit. */
  constructor(actions, nth) {
    Object.assign(this, { actions, nth });
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.key === "Escape" && event.target.matches?.("textarea") && !isOpen()) event.target.blur();
    const busy = event.repeat || event.isComposing || event.target.closest?.(WRITING) || isOpen();
    if (!this.on || busy) return;
    const action = this.#action(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  #action({ altKey, ctrlKey, metaKey, key, code }) {
    if (ctrlKey || metaKey) return undefined;
    if (!altKey) return this.actions[key];
    const digit = /^Digit([1-9])$/.exec(code)?.[1];
    return digit && (() => this.nth(Number(digit)));
  }
}
