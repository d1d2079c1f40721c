/**
 * What the desk knows, apart from how it looks. Events:
 *   overview            the lists changed
 *   chat (id)           a conversation changed
 *   selection           other chats are shown, or another one is active
 */
import { Emitter } from "../../chat/js/emitter.js";
import { Record } from "./record.js";

/** One of my chats: its row in desk.json, what was said, how far I have read, what the case panel says. */
export class Chat {
  timeline = new Record();
  panel = null;
  typing = "";
  caughtUp = false;
  noteText = "";
  #typingEnds;

  constructor(row) {
    this.row = row;
    this.readSeq = row.read_seq;
    this.heardSeq = row.last_seq;
  }

  /** A fresh row; where the wire was faster, its news stand until the rows know them too. */
  renew(row) {
    const { last_at, unanswered_since, hinted } = this.row;
    this.row = this.heardSeq > row.last_seq ? { ...row, last_at, unanswered_since, hinted: hinted || row.hinted } : row;
  }

  get id() {
    return this.row.case;
  }

  get name() {
    return this.row.nickname;
  }

  /** Called but not here yet: no seat, so there is nothing to read and nowhere to write. */
  get called() {
    return this.row.state === "called";
  }

  get ended() {
    return this.row.state === "closed";
  }

  get consulting() {
    return this.row.role === "consultant";
  }

  /** Messages of others that I have not seen. */
  get unread() {
    const isNew = (item) => item.kind === "message" && !item.mine && item.seq > this.readSeq;
    return this.timeline.items().filter(isNew).length;
  }

  /** An entry came. True when it is news and no old page; whose turn it is follows from the last message. */
  heard(entry) {
    if (entry.seq <= this.heardSeq) return false;
    this.heardSeq = entry.seq;
    if (entry.kind === "message") this.#turn(entry);
    if (entry.hint) this.row.hinted = true;
    return true;
  }

  #turn(entry) {
    const theirs = entry.role === "seeker";
    this.row.last_at = entry.at;
    this.row.unanswered_since = theirs ? (this.row.unanswered_since ?? entry.at) : null;
    if (theirs) this.typing = "";
  }

  /** Somebody types for the next `ttl` ms; `ended` is called when that is over. */
  isTyping(name, ttl, ended) {
    clearTimeout(this.#typingEnds);
    this.typing = name;
    this.#typingEnds = setTimeout(() => {
      this.typing = "";
      ended();
    }, ttl);
  }
}

export class Desk extends Emitter {
  state = null;
  chats = new Map();
  shown = [];
  active = null;
  split = false;
  #queued = null;

  /** Takes a fresh desk.json. Returns what changed: newcomers in the queue, chats that began, chats that left me. */
  adopt(state) {
    const before = this.chats;
    const rows = new Map(state.mine.map((row) => [row.case, row]));
    this.chats = new Map([...rows].map(([id, row]) => [id, before.get(id) ?? new Chat(row)]));
    const begun = [...this.chats.values()].filter((chat) => begins(chat, before, rows));
    for (const chat of this.chats.values()) chat.renew(rows.get(chat.id));
    this.state = state;
    const change = { newcomers: this.#newcomers(), begun, gone: [...before.values()].filter((chat) => !rows.has(chat.id)) };
    this.#reselect();
    this.emit("overview");
    return change;
  }

  /** Who waits and is not called by me. */
  get queue() {
    const mine = new Set(this.chats.keys());
    return (this.state?.queue ?? []).filter((row) => !mine.has(row.case));
  }

  /** My chats: an open danger first, then who waits longest for my answer, then in the order in which they began. */
  get ordered() {
    const rank = ({ row }) => [row.danger ? 0 : 1, row.unanswered_since ?? "9999", row.since];
    return [...this.chats.values()].sort((a, b) => compare(rank(a), rank(b)));
  }

  /** What the title counts: unread messages and people who wait. */
  get pending() {
    const unread = [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
    return unread + this.queue.filter((row) => !row.called_by).length;
  }

  chat(id) {
    return this.chats.get(id);
  }

  /** Shows a chat and makes it the active one; in the divided view it takes the place of the other one. */
  select(id) {
    if (!this.chats.has(id)) return;
    if (!this.shown.includes(id)) this.shown = this.split ? this.#beside(id) : [id];
    this.active = id;
    this.emit("selection");
  }

  /** One chat, or two side by side. */
  divide(split) {
    this.split = split;
    const other = this.ordered.find((chat) => chat.id !== this.active)?.id;
    this.shown = [this.active, split ? other : null].filter(Boolean);
    this.emit("selection");
  }

  /** The chat `step` places further down the list. */
  neighbour(step) {
    const ids = this.ordered.map((chat) => chat.id);
    return ids.at((ids.indexOf(this.active) + step) % ids.length);
  }

  #beside(id) {
    return this.shown.length < 2 ? [...this.shown, id] : this.shown.map((shown) => (shown === this.active ? shown : id));
  }

  #newcomers() {
    const waiting = new Set(this.queue.filter((row) => !row.called_by).map((row) => row.case));
    const newcomers = this.#queued ? [...waiting].filter((id) => !this.#queued.has(id)) : [];
    this.#queued = waiting;
    return newcomers;
  }

  #reselect() {
    const kept = this.shown.filter((id) => this.chats.has(id));
    if (kept.length === this.shown.length && this.active) return;
    this.shown = kept;
    this.active = kept[0] ?? null;
    const next = this.active ?? this.ordered[0]?.id;
    if (next) this.select(next);
    else this.emit("selection");
  }
}

/** A chat is new to this page, or the person I called has come. */
function begins(chat, before, rows) {
  return rows.get(chat.id).state === "active" && (!before.has(chat.id) || chat.called);
}

function compare(left, right) {
  const index = left.findIndex((value, position) => value !== right[position]);
  return index < 0 ? 0 : left[index] < right[index] ? -1 : 1;
}
