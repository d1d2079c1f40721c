/** The conversation of one case on the page: what arrives is drawn, announced once and followed; what is written is sent. */
import { Agreed } from "../../cases/js/agreed.js";
import * as onTop from "../../cases/js/ontop.js";
import { announce } from "../../web/js/lib.js";
import { Bubbles } from "./bubbles.js";
import { noticeText, refusalText } from "./notices.js";
import { fill } from "./say.js";
import { Scroller } from "./scroller.js";
import { beckon } from "./signals.js";
import { Timeline } from "./timeline.js";

/** So many entries are asked for at once; older ones on request. */
const PAGE = 200;
/** Notices that say why it is over. */
export const ENDS = new Set(["closed", "place_ended"]);
/** Notices that something above the conversation is there from now on. */
const SHOWN = { help_pinned: "pinned" };

export class Conversation {
  #case;
  #wire;
  #words;
  #timeline = new Timeline();
  #bubbles;
  #scroller;
  #from;
  #agreed = new Agreed(document.querySelector("[data-agreed]"));
  /** What was agreed up to here stood in the page. */
  #known;
  /** While entries from before this page are drawn: they are history, nobody announces them. */
  #history = true;
  #opened = false;
  #unreadMarked = false;
  #typing = document.getElementById("typing");
  #earlier = document.getElementById("earlier");
  #spoken = document.getElementById("spoken");
  #typingOver;
  /** Why the conversation ended, in words; empty while it goes on. */
  ending = "";

  /** `onEdit(text)`: a refused text goes back to where it is written. */
  constructor({ case: caseId, lastSeq, words }, wire, onEdit) {
    const list = document.getElementById("lines");
    this.#case = caseId;
    this.#wire = wire;
    this.#words = words;
    this.#known = lastSeq;
    this.#from = Math.max(0, lastSeq - PAGE);
    this.#bubbles = new Bubbles(list, words);
    this.#scroller = new Scroller(document.getElementById("scroll"), document.getElementById("jump"), words, () => this.#seen());
    list.addEventListener("click", (event) => this.#clicked(event, onEdit));
    this.#earlier.addEventListener("click", () => this.#fetchEarlier());
    this.#listen();
  }

  open() {
    this.#earlier.hidden = this.#from === 0;
    this.#wire.open(this.#case, this.#from);
  }

  send(text) {
    this.#wire.post(this.#case, text);
  }

  /** The conversation came into view. */
  shown() {
    this.#scroller.toEnd();
  }

  #listen() {
    const mine = (handler) => (frame) => frame.case === this.#case && handler(frame);
    this.#wire.on("sending", mine(({ id, text }) => this.#drawOwn(this.#timeline.setOut(id, text))));
    this.#wire.on("ack", mine(({ id }) => this.#redraw(this.#timeline.arrived(id))));
    this.#wire.on("failed", mine((frame) => this.#failed(frame)));
    this.#wire.on("entry", mine((frame) => this.#entry(frame)));
    this.#wire.on("read", mine(({ role, seq }) => this.#readBy(role, seq)));
    this.#wire.on("typing", mine((frame) => this.#showTyping(frame)));
    this.#wire.on("caught_up", mine((frame) => this.#caughtUp(frame)));
  }

  #failed({ id, code }) {
    this.#redraw(this.#timeline.refused(id, refusalText(this.#words.refused, code)));
  }

  #drawOwn(item) {
    this.#bubbles.markUnread(null);
    this.#unreadMarked = false;
    this.#bubbles.draw(item);
    this.#scroller.grew({ own: true });
  }

  #redraw(item) {
    if (item) this.#bubbles.draw(item);
  }

  #entry(frame) {
    const change = this.#timeline.apply(frame);
    if (!change) return;
    if (change.blanked) this.#redraw(change.blanked);
    else if (this.#history) this.#scroller.keepPlaceWhile(() => this.#bubbles.draw(change.item, change.replaces));
    else this.#fresh(change.item, change.replaces);
    if (!this.#history) document.getElementById(SHOWN[frame.code])?.removeAttribute("hidden");
    if (frame.code === "agreed" && frame.seq > this.#known) this.#agreed.refresh();
    if (frame.seq > this.#known && onTop.changes(frame.code)) onTop.refresh();
    if (frame.code && frame.seq > this.#known) document.dispatchEvent(new CustomEvent("case:news", { detail: { case: this.#case, code: frame.code } }));
    if (ENDS.has(frame.code)) this.ending = noticeText(this.#words.notices, frame.code, frame.about);
  }

  #fresh(item, replaces) {
    const watched = this.#scroller.watched;
    const element = this.#bubbles.draw(item, replaces);
    if (!element || item.mine) return this.#scroller.grew();
    if (item.kind === "message") {
      this.#showTyping(null);
      beckon();
      if (!watched && !this.#unreadMarked) this.#bubbles.markUnread(element);
      this.#unreadMarked ||= !watched;
    }
    this.#announce(item);
    this.#scroller.grew({ fresh: item.kind === "message" });
  }

  /** Once, with its author; the region is kept short, so that nobody wades through it twice. */
  #announce(item) {
    const line = document.createElement("p");
    const text = item.kind === "notice" ? noticeText(this.#words.notices, item.code, item.about) : item.text;
    if (!text) return;
    line.textContent = item.kind === "message" ? fill(this.#words.said, { name: item.name, text }) : text;
    this.#spoken.append(line);
    if (this.#spoken.children.length > 3) this.#spoken.firstElementChild.remove();
  }

  #readBy(role, seq) {
    if (role !== "seeker") this.#timeline.readBy(role, seq).forEach((item) => this.#redraw(item));
  }

  #caughtUp(frame) {
    this.#readBy("counsellor", frame.read.counsellor);
    if (!this.#opened) this.#begin(frame.read.seeker);
    this.#history = false;
    this.#opened = true;
  }

  /** The first look: at the first unread message, or at the end. */
  #begin(readUpTo) {
    const unread = this.#timeline.firstFrom(readUpTo + 1);
    this.#scroller.toEnd({ quietly: Boolean(unread) });
    if (!unread) return;
    this.#bubbles.markUnread(this.#bubbles.draw(unread));
    this.#scroller.toElement(document.querySelector(".line.unread"));
  }

  #seen() {
    this.#unreadMarked = false;
    if (!this.#history) this.#wire.read(this.#case, this.#timeline.lastSeq);
  }

  #showTyping(frame) {
    clearTimeout(this.#typingOver);
    this.#typing.textContent = frame ? fill(this.#words.typing, { name: frame.name || this.who }) : "";
    if (!frame) return;
    this.#typingOver = setTimeout(() => this.#showTyping(null), frame.ttl_ms);
    this.#scroller.grew();
  }

  #fetchEarlier() {
    this.#history = true;
    this.#from = Math.max(0, this.#from - PAGE);
    this.open();
  }

  #clicked(event, onEdit) {
    const element = event.target.closest(".line");
    const item = element && this.#bubbles.itemOf(element);
    if (!item?.mine) return;
    const button = event.target.closest("button");
    if (!button) element.classList.toggle("chosen");
    else if (button.matches(".more")) this.#takeBack(item);
    else this.#retry(item, button.dataset.do, onEdit);
  }

  #takeBack(item) {
    if (!this.#wire.takeBack(this.#case, item.seq)) announce(this.#words.offline);
  }

  #retry(item, how, onEdit) {
    const withdrawn = this.#timeline.withdraw(item.key);
    if (!withdrawn) return;
    this.#bubbles.remove(item.key);
    if (how === "again") this.send(withdrawn.text);
    else onEdit(withdrawn.text);
  }
}
