/** What both write together, beside the call: in the place of the chat while it is open. */
import { announce } from "../../web/js/lib.js";
import { mount } from "./together.js";

const $ = (id) => document.getElementById(id);

export class WrittenTogether {
  #begun = false;
  #state = "none";
  #side;

  /** `line(text)` says it on the stage while nobody has it before their eyes. */
  constructor({ side, words, line }) {
    Object.assign(this, { words, line });
    this.#side = side;
    $("open-text").addEventListener("click", () => this.show($("beside-text").hidden));
  }

  begin() {
    if (this.#begun) return;
    this.#begun = true;
    mount(document.querySelector("#beside-text [data-together]"), { on: (standing) => this.#stands(standing) });
  }

  /** The text, or the chat again. */
  show(shown) {
    $("beside-text").hidden = !shown;
    $("beside-chat").hidden = shown;
    $("open-text").setAttribute("aria-pressed", String(shown));
    this.#draw();
  }

  /** The place beside the call was opened or closed. */
  seen() {
    this.#draw();
  }

  #stands({ state }) {
    if (state === this.#state) return;
    const begins = state === "open" && this.#side === "seeker";
    this.#state = state;
    if (begins) announce(this.words.writing);
    this.#draw();
  }

  /** Counsellors may begin one; a young person finds it once there is one. */
  #draw() {
    const open = this.#state === "open";
    const inSight = !$("beside").hidden && !$("beside-text").hidden;
    $("open-text").hidden = this.#side === "seeker" && this.#state === "none" && $("beside-text").hidden;
    this.line(open && !inSight ? this.words.writing : "");
  }
}
