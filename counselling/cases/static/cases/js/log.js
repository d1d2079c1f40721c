/** The timeline of one conversation on the page: days, notices, messages with their marks; nothing is announced here. */
import { noticeText } from "../../chat/js/notices.js";
import { arrange, copy, fill, put, setIcon, show, slot } from "./dom.js";

const MARKS = { sending: "clock", sent: "check", read: "checks", failed: "warning" };
/** So close to the end, in px, a reader counts as being there. */
const END = 48;

export class Log {
  #nodes = new Map();
  #firstSeq = Infinity;
  #marker = 0;

  /** `on` has takeBack(seq), again(id) and seen(). */
  constructor(root, chat, { words, notices, clock, on }) {
    Object.assign(this, { chat, words, notices, clock, on });
    this.list = slot(root, "log");
    this.scroll = slot(root, "scroll");
    this.jump = slot(root, "jump");
    this.scroll.addEventListener("scroll", () => this.#arrived(), { passive: true });
    this.jump.addEventListener("click", () => this.toEnd());
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < END;
  }

  /** Looked at again: what is unread now gets a line above it. */
  markNew() {
    this.#marker = this.chat.unread ? this.chat.readSeq : Infinity;
  }

  /** Draws what the timeline has now; stays at the end if the reader was there, or if they wrote themselves. */
  update({ own = false } = {}) {
    const stay = own || this.atEnd;
    const before = this.scroll.scrollHeight;
    const known = this.#nodes.size;
    arrange(this.list, this.#lines());
    if (this.chat.timeline.firstSeq < this.#firstSeq && known) this.scroll.scrollTop += this.scroll.scrollHeight - before;
    else if (stay) this.toEnd();
    else show(this.jump, this.chat.unread > 0);
    this.#firstSeq = this.chat.timeline.firstSeq;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.#arrived();
  }

  #arrived() {
    if (!this.atEnd) return;
    show(this.jump, false);
    this.on.seen();
  }

  #lines() {
    const nodes = new Map();
    const take = (key, make) => {
      const node = this.#nodes.get(key) ?? make();
      nodes.set(key, node);
      return node;
    };
    let day = "";
    let marked = false;
    for (const item of this.chat.timeline.items().filter((line) => !line.hidden)) {
      const date = this.clock.day(item.at);
      if (date !== day) put(take(`day ${date}`, () => dayLine()), "text", date);
      day = date;
      if (!marked && !item.mine && item.kind === "message" && item.seq > this.#marker) {
        marked = true;
        take("new", () => copy("new"));
      }
      this.#draw(take(item.key, () => this.#make(item)), item);
    }
    this.#nodes = nodes;
    return [...nodes.values()];
  }

  #make(item) {
    if (item.kind === "notice") return copy("notice");
    const node = copy("message");
    slot(node, "take-back").addEventListener("click", () => this.on.takeBack(Number(node.dataset.seq)));
    slot(node, "again").addEventListener("click", () => this.on.again(item.key));
    return node;
  }

  #draw(node, item) {
    const at = slot(node, "at");
    at.dateTime = item.at.toISOString();
    put(node, "at", this.clock.hour(item.at));
    if (item.kind === "notice") put(node, "text", this.#notice(item));
    else this.#drawMessage(node, item);
  }

  #drawMessage(node, item) {
    const author = this.#author(item);
    node.className = `said ${item.role === "seeker" ? "said-theirs" : "said-ours"} said-${item.kind}`;
    node.dataset.seq = item.seq ?? "";
    put(node, "author", author);
    show(put(node, "name", author), !item.mine && item.role !== "seeker");
    show(slot(node, "hint"), Boolean(item.hint) && item.kind === "message");
    put(node, "text", item.kind === "message" ? item.text : this.words[item.kind]);
    this.#drawMark(node, item.kind === "message" && item.mine ? item.mark : "");
    show(put(node, "trouble", item.sentence ?? ""), item.mark === "failed");
  }

  #drawMark(node, mark) {
    const element = slot(node, "mark");
    show(element, Boolean(mark));
    show(slot(node, "take-back"), mark === "sent");
    show(slot(node, "again"), mark === "failed");
    if (!mark) return;
    element.title = this.words.marks[mark];
    setIcon(slot(node, "mark-icon"), MARKS[mark]);
    put(node, "mark-words", this.words.marks[mark]);
  }

  #author(item) {
    if (item.mine) return this.words.me;
    if (item.role === "seeker") return this.chat.name;
    return item.role === "consultant" ? fill(this.words.consultant, { name: item.name }) : item.name;
  }

  #notice({ code, about }) {
    return noticeText(this.notices, code, about);
  }
}

function dayLine() {
  const line = document.createElement("li");
  line.className = "day-line soft small";
  line.append(document.createElement("span"));
  line.firstChild.dataset.slot = "text";
  return line;
}
