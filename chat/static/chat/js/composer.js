/** The field where a message is written: it grows, counts near the end, and sends. */
import { fill, lengthOf } from "./say.js";

/** The counter appears when so many characters are left. */
const COUNT_FROM = 400;

/** Grows with its text where the browser does not do it by itself. */
export function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}

/** Shows in `counter` how many characters are left, or how many are too many. True while the text fits. */
export function count(field, counter, limit, words) {
  const left = limit - lengthOf(field.value.trim());
  counter.hidden = left > COUNT_FROM;
  counter.textContent = counter.hidden ? "" : fill(left < 0 ? words.over : words.left, { n: Math.abs(left) });
  counter.classList.toggle("over", left < 0);
  field.setAttribute("aria-invalid", left < 0);
  return left >= 0;
}

export class Composer {
  #form;
  #field;
  #counter;
  #options;

  /** `options`: limit, words, onChange(text), onSend(text). */
  constructor(form, options) {
    this.#form = form;
    this.#field = form.querySelector("textarea");
    this.#counter = form.querySelector(".counter");
    this.#options = options;
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => this.#submit(event));
    // A tap on the button leaves the focus, and so the keyboard of a phone, where it is.
    form.querySelector("[data-testid=send]").addEventListener("pointerdown", (event) => event.preventDefault());
    this.#measure();
  }

  get text() {
    return this.#field.value;
  }

  set text(text) {
    this.#field.value = text;
    this.#changed();
  }

  set enabled(enabled) {
    this.#form.hidden = !enabled;
  }

  focus() {
    this.#field.focus();
  }

  /** Puts a text back to be changed, before whatever is written there, and goes there: somebody asked for it. */
  takeBack(text) {
    this.text = [text, this.text].filter(Boolean).join("\n");
    this.focus();
  }

  #changed() {
    this.#measure();
    this.#options.onChange(this.text);
  }

  #measure() {
    grow(this.#field);
    return count(this.#field, this.#counter, this.#options.limit, this.#options.words);
  }

  /** Enter sends where there is a real keyboard; on a phone it begins a new line. */
  #key(event) {
    const keyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !keyboard) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.text.trim();
    if (!text || !this.#measure()) return;
    this.text = "";
    this.#options.onSend(text);
  }
}
