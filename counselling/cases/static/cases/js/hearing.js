/** What the wire brings, put into the chats it belongs to. Knows no page: it tells `on` what changed. */
import { refusalText } from "../../chat/js/notices.js";

/** So many entries are asked for at first, and again with each "earlier". */
const PAGE = 100;

export class Hearing {
  /** `words` of a conversation; `on` has changed(chat, {own}), arrived(chat, entry), refused(sentence), settled(chat), panel(chat). */
  constructor(wire, desk, words, on) {
    Object.assign(this, { wire, desk, words, on });
    wire.on("entry", (frame) => this.#with(frame, (chat) => this.#entry(chat, frame)));
    wire.on("caught_up", (frame) => this.#with(frame, (chat) => this.#caughtUp(chat, frame)));
    wire.on("sending", (frame) => this.#with(frame, (chat) => this.#sending(chat, frame)));
    wire.on("ack", (frame) => this.#with(frame, (chat) => this.#settled(chat, frame)));
    wire.on("failed", (frame) => this.#with(frame, (chat) => this.#failed(chat, frame)));
    wire.on("read", (frame) => this.#with(frame, (chat) => this.#read(chat, frame)));
    wire.on("typing", (frame) => this.#with(frame, (chat) => this.#typing(chat, frame)));
    wire.on("case", (frame) => this.#with(frame, (chat) => on.panel(chat)));
    wire.on("error", (frame) => this.#with(frame, () => this.#refused(frame)));
  }

  /** Listens to a chat from its last page on. */
  open(chat) {
    this.wire.open(chat.id, Math.max(0, chat.row.last_seq - PAGE));
  }

  /** Another page of older entries. */
  earlier(chat) {
    this.wire.open(chat.id, Math.max(0, chat.timeline.firstSeq - 1 - PAGE));
  }

  #with(frame, then) {
    const chat = this.desk.chat(frame.case);
    if (chat) then(chat);
  }

  #entry(chat, frame) {
    if (!chat.timeline.apply(frame)) return;
    const isNews = chat.heard(frame);
    if (frame.mine) chat.readSeq = Math.max(chat.readSeq, frame.seq);
    if (isNews && frame.kind === "notice") this.on.panel(chat);
    if (chat.caughtUp) this.on.changed(chat, {});
    if (isNews && frame.kind === "message" && !frame.mine) this.on.arrived(chat, frame);
  }

  #caughtUp(chat, frame) {
    chat.timeline.readBy("seeker", frame.read.seeker);
    chat.caughtUp = true;
    this.on.changed(chat, {});
  }

  #sending(chat, { id, text }) {
    chat.timeline.setOut(id, text);
    this.on.changed(chat, { own: true });
  }

  #settled(chat, { id }) {
    chat.timeline.arrived(id);
    this.on.changed(chat, {});
    this.on.settled(chat);
  }

  /** Of what is no message only the taking back is somebody's own doing. */
  #refused({ code }) {
    if (code === "too_late") this.on.refused(refusalText(this.words.refused, code));
  }

  #failed(chat, { id, code }) {
    chat.timeline.refused(id, refusalText(this.words.refused, code));
    this.on.changed(chat, {});
  }

  /** The seeker's mark shows on my messages; my own comes back from my other windows. */
  #read(chat, { role, seq }) {
    if (role === "seeker") chat.timeline.readBy(role, seq);
    else if (role === chat.row.role) chat.readSeq = Math.max(chat.readSeq, seq);
    this.on.changed(chat, {});
  }

  #typing(chat, { role, name, ttl_ms: ttl }) {
    if (role === chat.row.role) return;
    chat.isTyping(role === "seeker" ? chat.name : name, ttl, () => this.on.changed(chat, {}));
    this.on.changed(chat, {});
  }
}
