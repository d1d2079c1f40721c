/** One conversation in the middle: whom it is with, what was said, and the place to write. */
import { isWarned } from "../../chat/js/silence.js";
import { Agreed } from "./agreed.js";
import { Composer } from "./composer.js";
import { copy, fill, put, setAttribute, show, slot } from "./dom.js";
import { Log } from "./log.js";

export class Conversation {
  constructor(chat, { words, clock, max, on }) {
    this.chat = chat;
    this.words = words.conversation;
    this.clock = clock;
    this.element = copy("conversation");
    this.element.dataset.case = chat.id;
    const top = slot(this.element, "agreed");
    this.agreed = new Agreed(top, `${top.dataset.agreed}?case=${chat.id}`);
    this.log = new Log(this.element, chat, {
      words: this.words,
      notices: words.notices,
      clock,
      on: { takeBack: (seq) => on.takeBack(chat, seq), again: (id) => this.#again(id), seen: () => on.seen(chat) },
    });
    this.composer = new Composer(this.element, {
      words: this.words,
      max,
      on: { send: (text) => on.send(chat, text), typing: () => on.typing(chat), keep: (text) => on.keep(chat, text) },
    });
    slot(this.element, "earlier").addEventListener("click", () => on.earlier(chat));
    this.#name();
  }

  /** Whether a reader has it before their eyes: shown, in a page that is looked at, scrolled to the end. */
  get isRead() {
    return this.element.offsetParent !== null && !document.hidden && document.hasFocus() && this.log.atEnd;
  }

  get isVisible() {
    return this.element.offsetParent !== null;
  }

  update({ own = false } = {}) {
    this.refresh();
    this.log.update({ own });
  }

  /** Everything around the timeline: it changes with the clock and with presence. */
  refresh() {
    const { chat, words } = this;
    const talking = !chat.called && !chat.ended;
    const time = chat.called ? "" : this.clock.span(chat.row.since);
    put(this.element, "meta", chat.called ? words.called_meta : fill(words.meta, { time }));
    put(this.element, "present", talking && !chat.row.present ? ` · ${words.absent}` : "");
    put(this.element, "called-text", fill(words.called, { name: chat.name, time: this.clock.hour(chat.row.deadline ?? 0) }));
    show(slot(this.element, "called"), chat.called);
    show(slot(this.element, "ended"), chat.ended);
    show(slot(this.element, "form"), talking);
    show(slot(this.element, "silent"), talking && isWarned(chat.timeline.items()));
    show(slot(this.element, "actions"), !chat.called);
    show(slot(this.element, "handover"), talking && !chat.consulting);
    show(slot(this.element, "close"), !chat.consulting);
    show(slot(this.element, "more"), talking && !chat.consulting);
    show(slot(this.element, "unseat"), chat.consulting);
    show(slot(this.element, "earlier"), chat.timeline.firstSeq > 1 && Number.isFinite(chat.timeline.firstSeq));
    this.#follow();
    show(put(this.element, "typing", fill(words.typing, { name: chat.typing })), Boolean(chat.typing));
  }

  /** Comes into view again: what is new since then gets its line. */
  appear() {
    this.log.markNew();
    this.update({ own: true });
  }

  /** What was agreed is fetched once the chat has begun, and with every notice of a new one. */
  #follow() {
    if (this.chat.called) return;
    const items = this.chat.timeline.items();
    this.#tellNews(items.findLast((item) => item.code));
    const last = items.findLast((item) => item.code === "agreed")?.seq ?? 0;
    if (last === this.agreedSeq) return;
    this.agreedSeq = last;
    this.agreed.refresh();
  }

  /** What happened in the case is nobody's business here, but perhaps of a room above: they listen on the page. */
  #tellNews(item) {
    if (!this.element.isConnected || (item?.seq ?? 0) === this.newsSeq) return;
    this.newsSeq = item?.seq ?? 0;
    this.element.dispatchEvent(new CustomEvent("case:news", { bubbles: true, detail: { case: this.chat.id, code: item?.code } }));
  }

  #name() {
    const { name } = this.chat;
    setAttribute(this.element, "aria-label", fill(this.words.label, { name }));
    setAttribute(slot(this.element, "scroll"), "aria-label", fill(this.words.log, { name }));
    setAttribute(this.composer.input, "aria-label", fill(this.words.write, { name }));
    setAttribute(slot(this.element, "send"), "aria-label", fill(this.words.send, { name }));
    put(this.element, "nickname", name);
    put(this.element, "to", name);
  }

  #again(id) {
    const item = this.chat.timeline.withdraw(id);
    if (item) this.composer.giveBack(item.text);
    this.update();
  }
}
