/**
 * The chat beside a call, for both sides of it: the case's own timeline over the call's line, drawn by the chat's scripts.
 * During letters one writes here while both are in the call; otherwise it can only be read, and the page says why.
 */
import { Bubbles } from "../../chat/js/bubbles.js";
import { Composer } from "../../chat/js/composer.js";
import { LineState } from "../../chat/js/linestate.js";
import { refusalText } from "../../chat/js/notices.js";
import { fill } from "../../chat/js/say.js";
import { Scroller } from "../../chat/js/scroller.js";
import { Timeline } from "../../chat/js/timeline.js";

/** So much of what was said before stands beside the call; all of it stands in the chat. */
const PAGE = 60;
const $ = (id) => document.getElementById(id);

export class Beside {
  #wire;
  #setup;
  #words;
  #onNews;
  #onShown;
  #timeline = new Timeline();
  #bubbles;
  #scroller;
  #composer;
  #line;
  #history = true;
  #unread = 0;
  #begun = false;
  #case = "";
  #both = false;
  #typingOver;

  constructor(wire, { setup, words, onNews, onShown }) {
    this.#wire = wire;
    this.#setup = setup;
    this.#words = words;
    this.#onNews = onNews;
    this.#onShown = onShown;
    this.#line = new LineState(words);
    this.#bubbles = new Bubbles($("lines"), words);
    this.#scroller = new Scroller($("scroll"), $("jump"), words, () => this.#seen());
    this.#composer = new Composer($("composer"), {
      limit: setup.text_max,
      words,
      onChange: (text) => text && wire.typing(setup.case),
      onSend: (text) => wire.post(setup.case, text),
    });
    $("lines").addEventListener("click", (event) => this.#clicked(event));
    $("beside").addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
    this.#stands(setup.case_state);
    this.#listen();
  }

  /** When the call begins. Where there is room for both, the chat is open from the beginning. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#wire.open(this.#setup.case, Math.max(0, this.#setup.seq - PAGE));
    if (matchMedia("(min-width: 60rem)").matches) this.#show(true);
  }

  /** Opens or closes it; whoever asked for it goes there, and back. */
  toggle(open = $("beside").hidden) {
    this.#show(open);
    if (!open) $("open-chat").focus();
    else if ($("composer").hidden) $("scroll").focus();
    else this.#composer.focus();
  }

  #show(open) {
    $("beside").hidden = !open;
    $("talk-room").classList.toggle("with-chat", open);
    $("open-chat").setAttribute("aria-expanded", String(open));
    if (open) this.#scroller.toEnd();
    this.#onShown();
  }

  #listen() {
    const mine = (handler) => (frame) => frame.case === this.#setup.case && handler(frame);
    this.#wire.on("state", ({ online }) => (this.#line.online = online));
    this.#wire.on("case", mine(({ state }) => this.#stands(state)));
    this.#wire.on("caught_up", mine((frame) => this.#caughtUp(frame)));
    this.#wire.on("sending", mine(({ id, text }) => this.#own(this.#timeline.setOut(id, text))));
    this.#wire.on("ack", mine(({ id }) => this.#redraw(this.#timeline.arrived(id))));
    this.#wire.on("failed", mine(({ id, code }) => this.#redraw(this.#timeline.refused(id, refusalText(this.#words.refused, code)))));
    this.#wire.on("entry", mine((frame) => this.#entry(frame)));
    this.#wire.on("read", mine(({ role, seq }) => this.#readBy(role, seq)));
    this.#wire.on("typing", mine((frame) => frame.role !== this.#setup.side && this.#showTyping(frame)));
  }

  /** Whether both are in the call. */
  together(both) {
    this.#both = both;
    this.#stands(this.#case);
  }

  #stands(state) {
    if (!state) return;
    this.#case = state;
    const open = state === "active" || (state === "letters" && this.#both);
    this.#composer.enabled = open;
    $("no-chat").hidden = open;
  }

  #caughtUp({ state, read }) {
    this.#stands(state);
    this.#history = false;
    for (const [role, seq] of Object.entries(read ?? {})) this.#readBy(role, seq);
    this.#scroller.toEnd();
  }

  #own(item) {
    this.#bubbles.draw(item);
    this.#scroller.grew({ own: true });
  }

  #redraw(item) {
    if (item) this.#bubbles.draw(item);
  }

  #entry(frame) {
    const change = this.#timeline.apply({ ...frame, name: this.#nameOf(frame) });
    if (!change) return;
    if (change.blanked) return this.#redraw(change.blanked);
    this.#bubbles.draw(change.item, change.replaces);
    if (this.#history) return this.#scroller.toEnd();
    const news = change.item.kind === "message" && !change.item.mine;
    if (news) this.#arrived(change.item);
    this.#scroller.grew({ fresh: news });
  }

  #nameOf({ role, name }) {
    return role === "seeker" && this.#setup.side !== "seeker" ? this.#setup.name : name;
  }

  /** Read out once; counted while nobody sees it. */
  #arrived(item) {
    this.#showTyping(null);
    const line = document.createElement("p");
    line.textContent = fill(this.#words.said, { name: item.name, text: item.text });
    $("spoken").append(line);
    if ($("spoken").children.length > 3) $("spoken").firstElementChild.remove();
    if (!this.#scroller.watched) this.#onNews((this.#unread += 1));
  }

  #readBy(role, seq) {
    if ((role === "seeker") !== (this.#setup.side === "seeker")) this.#timeline.readBy(role, seq).forEach((item) => this.#redraw(item));
  }

  #seen() {
    if (this.#history || !this.#begun) return;
    this.#onNews((this.#unread = 0));
    this.#wire.read(this.#setup.case, this.#timeline.lastSeq);
  }

  #showTyping(frame) {
    clearTimeout(this.#typingOver);
    $("typing").textContent = frame ? fill(this.#words.typing, { name: this.#nameOf(frame) || this.#setup.name }) : "";
    if (!frame) return;
    this.#typingOver = setTimeout(() => this.#showTyping(null), frame.ttl_ms);
    this.#scroller.grew();
  }

  /** A tap on one's own message offers to take it back, or to try again what was refused. */
  #clicked({ target }) {
    const element = target.closest(".line");
    const item = element && this.#bubbles.itemOf(element);
    if (!item?.mine) return;
    const button = target.closest("button");
    if (!button) element.classList.toggle("chosen");
    else if (button.matches(".more")) this.#wire.takeBack(this.#setup.case, item.seq);
    else this.#again(item, button.dataset.do);
  }

  #again(item, how) {
    const withdrawn = this.#timeline.withdraw(item.key);
    if (!withdrawn) return;
    this.#bubbles.remove(item.key);
    if (how === "again") this.#wire.post(this.#setup.case, withdrawn.text);
    else this.#composer.takeBack(withdrawn.text);
  }
}

