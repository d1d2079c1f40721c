/**
 * What was written and not yet acknowledged. It promises: nothing leaves the outbox except by an answer of the
 * server, ids never change (a repeated id is answered with the first result), and the order of words is kept,
 * because each case has at most one post in flight.
 */

/** Codes after which the same post may still succeed; every other refusal is final. */
const PASSING = new Set(["slow_down", "unavailable"]);

export class Outbox {
  #items = new Map();

  /** Keeps a post; `id` is a fresh UUID. */
  add(caseId, id, text) {
    this.#items.set(id, { case: caseId, id, text, flying: false, tries: 0 });
  }

  /** The posts that may fly now: the oldest of each case, unless one of that case is in flight. They count as flying. */
  takeOff() {
    const busy = new Set();
    const ready = [];
    for (const item of this.#items.values()) {
      if (!item.flying && !busy.has(item.case)) ready.push(item);
      busy.add(item.case);
    }
    for (const item of ready) Object.assign(item, { flying: true, tries: item.tries + 1 });
    return ready;
  }

  /** Whether this very try of a post is still without an answer. */
  flies(id, tries) {
    const item = this.#items.get(id);
    return item !== undefined && item.flying && item.tries === tries;
  }

  /** The server has it on disk. Returns the item, or undefined when that was known already. */
  settle(id) {
    const item = this.#items.get(id);
    this.#items.delete(id);
    return item;
  }

  /** The server refused. Returns the item with `final`: final ones leave the outbox, their text goes back to the view. */
  refuse(id, code) {
    const item = this.#items.get(id);
    if (!item) return undefined;
    const final = !PASSING.has(code);
    if (final) this.#items.delete(id);
    return { ...item, final };
  }

  /** One post (or, without an id, every post) did not make it: it may fly again. `tries` guards against old timers. */
  ground(id = undefined, tries = undefined) {
    for (const item of this.#items.values()) {
      if ((id === undefined || item.id === id) && (tries === undefined || item.tries === tries)) item.flying = false;
    }
  }

  /** Everything unanswered, oldest first. */
  waiting() {
    return [...this.#items.values()];
  }
}

/** JSON of the protocol carries no NUL and no half of a character. */
export function sendable(text) {
  return text.replaceAll("\0", "").replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}
