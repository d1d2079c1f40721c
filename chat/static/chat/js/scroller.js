/**
 * Where the reader is in a conversation. At the end it follows what arrives; further up nothing moves, and a button
 * tells how much is new. `onSeen()` is called when the end is in sight of somebody who looks at the page.
 */
import { fill } from "./say.js";

/** So near to the end counts as the end. */
const NEAR_PX = 80;

export class Scroller {
  #box;
  #jump;
  #words;
  #onSeen;
  #following = true;
  #unseen = 0;

  constructor(box, jump, words, onSeen) {
    this.#box = box;
    this.#jump = jump;
    this.#words = words;
    this.#onSeen = onSeen;
    box.addEventListener("scroll", () => this.#moved(), { passive: true });
    jump.addEventListener("click", () => this.toEnd({ smooth: true }));
    document.addEventListener("visibilitychange", () => this.look());
    new ResizeObserver(() => this.#following && this.toEnd()).observe(box);
  }

  get atEnd() {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < NEAR_PX;
  }

  /** Somebody sees the end of the conversation now. */
  get watched() {
    return !document.hidden && this.#box.clientHeight > 0 && this.#following;
  }

  /** Something was drawn; `fresh` counts towards the button if it is out of sight. */
  grew({ fresh = false, own = false } = {}) {
    if (own || this.#following) this.toEnd();
    else if (fresh) this.#show(this.#unseen + 1);
    this.look();
  }

  /** Older entries came in above: what the reader looks at stays where it is. */
  keepPlaceWhile(draw) {
    const fromEnd = this.#box.scrollHeight - this.#box.scrollTop;
    draw();
    this.#box.scrollTop = this.#box.scrollHeight - fromEnd;
  }

  /** `quietly`: without counting it as seen, because the reader is taken elsewhere at once. */
  toEnd({ smooth = false, quietly = false } = {}) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    if (!smooth) this.#following = true;
    if (!quietly) this.look();
  }

  /** Brings an element to the upper part of the box, and stays there. */
  toElement(element) {
    this.#box.scrollTop = element.offsetTop - this.#box.offsetTop - 16;
    this.#moved();
  }

  look() {
    if (!this.watched) return;
    this.#show(0);
    this.#onSeen();
  }

  #moved() {
    this.#following = this.atEnd;
    this.look();
  }

  #show(count) {
    this.#unseen = count;
    this.#jump.hidden = count === 0;
    this.#jump.lastElementChild.textContent = count === 1 ? this.#words.newOne : fill(this.#words.newMany, { n: count });
  }
}
