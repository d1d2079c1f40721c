/**
 * Keeps unsent text on the server: 800 ms after the last key, and when the page goes away. Never on the device.
 *
 * Text of the waiting room becomes the first message when a counsellor arrives; text of the composer is only ever sent
 * by hand. `onSaved(at)`, `onTrouble()` and `onHelp()` (help comes first) tell the view. `safe` is what the server will have sent as the first message.
 */
import { post } from "./form.js";

const PAUSE_MS = 800;
const RETRY_MS = 5_000;

export class Drafts {
  #url;
  #hooks;
  #timer;
  #text;
  #saved;
  #first;
  #queue = Promise.resolve();
  safe;

  /** `text` is what the server has; `waiting`: whether it is written in the waiting room; `goesFirst`: whether it was. */
  constructor(url, text, { waiting, goesFirst }, hooks) {
    this.#url = url;
    this.#hooks = hooks;
    this.#text = this.#saved = text;
    this.#first = waiting;
    this.safe = goesFirst ? text : "";
    addEventListener("leaving", ({ detail }) => detail.push(this.flush()));
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** The text changed; it is kept soon. */
  change(text) {
    this.#text = text;
    this.#later(PAUSE_MS);
  }

  /** Keeps the text now, if it is not kept yet. Promises to be through with it, whether it worked or not. */
  flush() {
    clearTimeout(this.#timer);
    return this.#keep(this.#text);
  }

  /** The chat began: from now on this is the composer's text. Promises that `safe` is final. */
  begin() {
    clearTimeout(this.#timer);
    this.#first = false;
    return this.#queue;
  }

  #keep(text) {
    const first = this.#first;
    if (text !== this.#saved) this.#queue = this.#queue.then(() => this.#save(text, first));
    return this.#queue;
  }

  async #save(text, first) {
    try {
      const answer = await post(this.#url, first ? { text, first: "1" } : { text });
      this.#saved = text;
      if (answer.first) this.safe = text;
      this.#hooks.onSaved(new Date());
      if (answer.help) this.#hooks.onHelp();
    } catch (refused) {
      this.#hooks.onTrouble();
      if (!refused.final) this.#later(RETRY_MS);
    }
  }

  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), ms);
  }
}

/** What of `text` did not become the first message when `safe` did: nothing, the rest, or all of it. */
export function remainder(text, safe) {
  if (text.trim() === safe.trim()) return "";
  return text.startsWith(safe) ? text.slice(safe.length).trim() : text;
}
