/** A conversation's timeline with all its items in order: the desk draws from state, the seeker's room from changes. */
import { Timeline } from "../../chat/js/timeline.js";

/** Texts on their way have no number yet: they come last, in the order in which they were written. */
const LAST = Number.MAX_SAFE_INTEGER;

export class Record extends Timeline {
  #items = new Map();
  firstSeq = Infinity;

  items() {
    return [...this.#items.values()].sort((a, b) => (a.seq ?? LAST) - (b.seq ?? LAST));
  }

  setOut(id, text) {
    return this.#keep(super.setOut(id, text));
  }

  /** True when the frame changed something. */
  apply(frame) {
    this.firstSeq = Math.min(this.firstSeq, frame.seq);
    const change = super.apply(frame);
    if (change?.item) this.#keep(change.item);
    return change !== null;
  }

  withdraw(id) {
    this.#items.delete(id);
    return super.withdraw(id);
  }

  #keep(item) {
    this.#items.set(item.key, item);
    return item;
  }
}
