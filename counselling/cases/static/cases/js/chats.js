/** My chats: who waits for my answer and since when, what is unread, which one is open. */
import { KeyedList, byId, drawDanger, fill, put, setAttribute, show, slot } from "./dom.js";

const DUE_MINUTES = 3;
const LATE_MINUTES = 6;

export class ChatsView {
  #list;

  constructor(desk, { words, clock }) {
    Object.assign(this, { desk, words: words.chats, clock });
    const key = (chat) => chat.id;
    const list = new KeyedList(byId("chats"), "chat-item", (node, chat) => this.#draw(node, chat), byId("chats-title"));
    this.#list = { update: (chats) => list.update(chats, key) };
  }

  update() {
    const chats = this.desk.ordered;
    byId("chats-title").textContent = fill(this.words.title, { n: chats.length });
    this.#list.update(chats);
    show(byId("chats-hint"), chats.length === 0);
  }

  #draw(node, chat) {
    const button = node.firstElementChild;
    button.dataset.case = chat.id;
    setAttribute(button, "aria-current", String(chat.id === this.desk.active));
    button.dataset.shown = this.desk.shown.includes(chat.id);
    put(node, "nickname", chat.name);
    drawDanger(node, chat.row.danger, this.words.danger);
    show(slot(node, "hinted"), chat.row.hinted);
    put(node, "count", String(chat.unread));
    put(node, "count-words", fill(this.words.unread, { n: chat.unread }));
    show(slot(node, "unread"), chat.unread > 0);
    put(node, "line", this.#line(chat));
    button.dataset.due = this.#due(chat);
    const away = !chat.called && !chat.ended && !chat.row.present;
    const state = [chat.consulting && this.words.consulting, away && this.words.absent].filter(Boolean).join(" · ");
    show(put(node, "state", state), Boolean(state));
  }

  #line({ row, called, ended, typing }) {
    if (called) return fill(this.words.called, { time: this.clock.hour(row.deadline) });
    if (ended) return this.words.ended;
    if (typing) return this.words.typing;
    if (row.unanswered_since) return fill(this.words.waits, { time: this.clock.span(row.unanswered_since) });
    return row.last_at ? fill(this.words.quiet, { time: this.clock.span(row.last_at) }) : this.words.fresh;
  }

  /** "", "due" or "late": how long the young person has been waiting for an answer. */
  #due({ row, ended }) {
    if (!row.unanswered_since || ended) return "";
    const minutes = this.clock.minutes(row.unanswered_since);
    return minutes >= LATE_MINUTES ? "late" : minutes >= DUE_MINUTES ? "due" : "";
  }
}
