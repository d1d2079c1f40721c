/** One calm line that says how the connection is; spoken only when it changes. */
import { announce } from "../../web/js/lib.js";
import { byId, show } from "./dom.js";

/** A short hiccup is not worth a banner. */
const PATIENCE_MS = 1_500;

export class Link {
  #bar = byId("link");
  #state = { online: true, mode: "socket", live: true, stale: "", nobody: false };
  #timer;

  constructor(words) {
    this.words = words;
  }

  /** `change` has some of: online, mode, live (the service's), stale (a sentence or ""), nobody. */
  update(change) {
    Object.assign(this.#state, change);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), this.#state.online ? 0 : PATIENCE_MS);
  }

  #draw() {
    const { text, tone } = this.#message();
    if (text === this.#bar.textContent) return;
    const recovered = !text && this.#bar.dataset.tone === "down";
    this.#bar.textContent = text;
    this.#bar.dataset.tone = tone;
    show(this.#bar, Boolean(text));
    if (recovered) announce(this.words.back);
  }

  #message() {
    const { online, mode, live, stale, nobody } = this.#state;
    if (!online) return { text: this.words.offline, tone: "down" };
    if (stale) return { text: stale, tone: "down" };
    if (!live) return { text: this.words.slow, tone: "slow" };
    if (mode === "poll") return { text: this.words.poll, tone: "slow" };
    return nobody ? { text: this.words.nobody, tone: "alert" } : { text: "", tone: "" };
  }
}
