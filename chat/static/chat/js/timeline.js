/**
 * What a conversation consists of, apart from how it looks: entries by `seq`, own texts still on their way, read marks.
 * Everything may be applied twice; the second time changes nothing.
 *
 * An item has: key, seq (null while on its way), kind ("message"|"notice"|"taken_back"|"unreadable"), role, name, mine,
 * text, code, about, at (Date) and, if mine, mark ("sending"|"failed"|"sent"|"read").
 */
export class Timeline {
  #entries = new Map();
  #pending = new Map();
  #read = new Map();
  #now;
  #last = 0;

  constructor(now = () => new Date()) {
    this.#now = now;
  }

  get lastSeq() {
    return this.#last;
  }

  /** The other side's first message from `seq` on, or null. */
  firstFrom(seq) {
    const theirs = [...this.#entries.values()].filter((item) => item.seq >= seq && item.kind === "message" && !item.mine);
    return theirs.sort((a, b) => a.seq - b.seq)[0] ?? null;
  }

  /** A text of ours sets out. Returns its item. */
  setOut(id, text) {
    const item = { key: id, id, seq: null, kind: "message", mine: true, text, at: this.#now(), mark: "sending" };
    this.#pending.set(id, item);
    return item;
  }

  /** It is on the server's disk; its entry follows. Returns the changed item, or null. */
  arrived(id) {
    const item = this.#pending.get(id);
    if (!item || item.mark !== "sending") return null;
    item.mark = "sent";
    return item;
  }

  /** It was finally refused. Returns the item, which keeps the text, or null. */
  refused(id, sentence) {
    const item = this.#pending.get(id);
    if (!item) return null;
    return Object.assign(item, { mark: "failed", sentence });
  }

  /** Takes a refused text out again, to be sent anew or thrown away. */
  withdraw(id) {
    const item = this.#pending.get(id);
    if (item?.mark !== "failed") return null;
    this.#pending.delete(id);
    return item;
  }

  /** Applies an entry frame. Returns `{item, replaces}`, or `{blanked}` for a text taken back, or null when it is known. */
  apply(frame) {
    if (this.#entries.has(frame.seq)) return null;
    this.#last = Math.max(this.#last, frame.seq);
    if (frame.kind === "notice" && frame.code === "taken_back") return this.#blank(frame);
    const replaces = frame.mine && this.#pending.delete(frame.id) ? frame.id : null;
    const kind = frame.kind === "letter" ? "message" : frame.kind; // read like one; what a letter is, the inbox shows
    const item = { ...frame, kind, letter: frame.kind === "letter", key: replaces ?? String(frame.seq), at: new Date(frame.at) };
    if (item.mine) item.mark = this.#markOf(item.seq);
    this.#entries.set(item.seq, item);
    return { item, replaces };
  }

  /** The other side has read up to `seq`. Returns the own items whose mark changed. */
  readBy(role, seq) {
    if (seq <= (this.#read.get(role) ?? 0)) return [];
    this.#read.set(role, seq);
    const changed = [...this.#entries.values()].filter((item) => item.mark === "sent" && this.#markOf(item.seq) === "read");
    for (const item of changed) item.mark = "read";
    return changed;
  }

  #markOf(seq) {
    return Math.max(0, ...this.#read.values()) >= seq ? "read" : "sent";
  }

  /** The notice itself stays out of sight, but holds its place in the order. */
  #blank(frame) {
    this.#entries.set(frame.seq, { ...frame, key: String(frame.seq), at: new Date(frame.at), hidden: true });
    const item = this.#entries.get(frame.about.seq);
    if (!item || item.kind === "taken_back") return null;
    Object.assign(item, { kind: "taken_back", text: "" });
    return { blanked: item };
  }
}
