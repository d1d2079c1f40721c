/** Writing to one young person. The text belongs to its case: kept on the server, thrown away only once it arrived. */
import { fill, put, show, slot } from "./dom.js";

const PAUSE_MS = 500;
const RETRY_MS = 5_000;
/** From here on the characters are counted on the page. */
const NEARLY = 0.9;

export class Composer {
  #touched = false;
  #timer;
  #kept = "";
  #saving = Promise.resolve();
  #over = new AbortController();

  /** `on` has send(text), typing() and keep(text), a promise. */
  constructor(root, { words, max, on }) {
    Object.assign(this, { root, words, max, on, input: slot(root, "text"), error: slot(root, "error") });
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    slot(root, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    const { signal } = this.#over;
    for (const end of ["leaving", "pagehide"]) addEventListener(end, () => this.#keep(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep(), { signal });
  }

  /** The chat is no longer mine: nothing of it is kept any more. */
  stop() {
    clearTimeout(this.#timer);
    this.#over.abort();
  }

  /** The draft of an earlier visit; whoever has begun to write here is not disturbed. */
  restore(text) {
    if (this.#touched || !text) return;
    this.#kept = text;
    this.#fill(text);
  }

  /** Puts a refused text back, in front of what was written since. */
  giveBack(text) {
    this.#fill([text, this.input.value].filter(Boolean).join("\n"));
    this.#changed();
    this.input.focus();
  }

  /** The server has what was sent: what stands here now is the draft. */
  arrived() {
    this.#keep();
  }

  /** What stands here is on the server when this is done, or could not be kept now. */
  save() {
    this.#keep();
    return this.#saving;
  }

  refuse(sentence) {
    this.error.textContent = sentence;
    show(this.error, Boolean(sentence));
  }

  #fill(text) {
    this.input.value = text;
    this.#count();
  }

  #changed() {
    this.#touched = true;
    this.refuse("");
    this.#count();
    if (this.input.value.trim()) this.on.typing();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), PAUSE_MS);
  }

  #count() {
    const length = [...this.input.value].length;
    const counter = put(this.root, "count", fill(this.words.count, { n: length, max: this.max }));
    show(counter, length >= this.max * NEARLY);
    counter.classList.toggle("is-too-long", length > this.max);
  }

  /** Enter sends where there is a keyboard; on a phone it makes a new line. */
  #key(event) {
    const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!plain || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.input.value.trim();
    const length = [...text].length;
    if (!text) return;
    if (length > this.max) return this.refuse(fill(this.words.too_long, { n: length, max: this.max }));
    this.#touched = true;
    clearTimeout(this.#timer);
    this.#fill("");
    this.on.send(text);
    this.input.focus();
  }

  /** One save at a time, so that an older text never overwrites a newer one; a failed one is tried again. */
  #keep() {
    clearTimeout(this.#timer);
    if (!this.#touched || this.#over.signal.aborted) return;
    this.#saving = this.#saving.then(async () => {
      const text = this.input.value;
      if (text === this.#kept || [...text].length > this.max) return;
      try {
        await this.on.keep(text);
        this.#kept = text;
      } catch {
        if (!this.#over.signal.aborted) this.#timer = setTimeout(() => this.#keep(), RETRY_MS);
      }
    });
  }
}
