/**
 * Draws the items of a timeline into the list of a conversation. Every element is cloned from a <template> of the page;
 * text only ever becomes text. Drawing an item again updates its element.
 */
import { noticeText } from "./notices.js";
import { dayKey, dayName, fill, timeOf } from "./say.js";

export class Bubbles {
  #list;
  #words;
  #elements = new Map();
  #items = new Map();
  #voices = new Set();

  constructor(list, words) {
    this.#list = list;
    this.#words = words;
  }

  /** Draws a new or changed item at its place; `replaces` is the key of an earlier item that it stands for. Returns its element. */
  draw(item, replaces = null) {
    if (item.hidden) return null;
    const known = this.#elements.get(replaces ?? item.key);
    const suits = known && known.dataset.kind === item.kind;
    const element = suits ? known : this.#build(item);
    if (known && !suits) known.replaceWith(element);
    this.#elements.delete(replaces);
    this.#elements.set(item.key, element);
    this.#items.set(element, item);
    this.#fill(element, item);
    this.#place(element, item);
    return element;
  }

  /** Takes an item out again (a refused text that is written anew). */
  remove(key) {
    const element = this.#elements.get(key);
    this.#elements.delete(key);
    if (!element) return;
    const next = nextLine(element);
    element.remove();
    if (next) this.#tidy(next);
  }

  itemOf(element) {
    return this.#items.get(element);
  }

  /** Puts the line "new since" before the first element of what is unread, or takes it away. */
  markUnread(element) {
    this.#list.querySelector(".line.unread")?.remove();
    element?.before(clone("unread"));
  }

  #build(item) {
    const spoken = item.kind === "message" || item.kind === "unreadable";
    const element = clone(spoken ? (item.mine ? "mine" : "theirs") : "note");
    element.dataset.kind = item.kind;
    return element;
  }

  #fill(element, item) {
    element.dataset.day = dayKey(item.at);
    element.dataset.seq = item.seq ?? "";
    element.dataset.who = item.mine ? "me" : item.name;
    element.querySelector(".text").textContent = this.#text(item);
    const time = element.querySelector("time");
    time.dateTime = item.at.toISOString();
    time.textContent = timeOf(item.at);
    const author = element.querySelector(".author");
    if (author) this.#name(author, item.name);
    if (item.mark) this.#mark(element, item);
  }

  /** Names are seen once more than one of the team has spoken; until then the page's head says who it is. */
  #name(author, name) {
    author.textContent = name;
    this.#list.classList.toggle("many", this.#voices.add(name).size > 1);
  }

  #mark(element, item) {
    element.dataset.mark = item.mark;
    const failed = element.querySelector(".failed");
    if (!failed) return;
    failed.hidden = item.mark !== "failed";
    failed.querySelector(".error span").textContent = item.sentence ?? "";
    element.querySelector(".more").hidden = item.mark !== "sent" || item.seq === null || item.letter; // letters are withdrawn in the inbox
  }

  #text(item) {
    if (item.kind === "message") return item.text;
    if (item.kind === "unreadable") return this.#words.unreadable;
    if (item.kind === "taken_back") return item.mine ? this.#words.takenBackMine : fill(this.#words.takenBack, item);
    return noticeText(this.#words.notices, item.code, item.about);
  }

  /** Entries stand in the order of `seq`; texts on their way come after all of them. */
  #place(element, item) {
    const before = this.#firstAfter(element, item);
    const gap = element.isConnected ? nextLine(element) : before;
    if (!element.isConnected || gap !== before) this.#list.insertBefore(element, before && leading(before));
    for (const line of new Set([gap, element, before])) if (line) this.#tidy(line);
  }

  #firstAfter(element, item) {
    if (item.seq === null) return null;
    let after = null;
    for (let other = this.#list.lastElementChild; other; other = other.previousElementSibling) {
      const known = this.#items.get(other);
      if (!known || other === element) continue;
      if (known.seq !== null && known.seq < item.seq) break;
      after = other;
    }
    return after;
  }

  /** Day lines stand where the day changes; a name is seen where the speaker changes. */
  #tidy(element) {
    const previous = previousLine(element);
    const separator = separatorOf(element, ".day");
    const newDay = previous?.dataset.day !== element.dataset.day;
    if (separator && !newDay) separator.remove();
    if (!separator && newDay) {
      const day = clone("day");
      day.firstElementChild.textContent = dayName(this.#items.get(element).at, this.#words);
      leading(element).before(day);
    }
    element.classList.toggle("run", !newDay && previous?.dataset.who === element.dataset.who && !element.matches(".note"));
  }
}

function clone(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

function isLine(element) {
  return "day" in element.dataset;
}

function nextLine(element) {
  let next = element.nextElementSibling;
  while (next && !isLine(next)) next = next.nextElementSibling;
  return next;
}

function previousLine(element) {
  let previous = element.previousElementSibling;
  while (previous && !isLine(previous)) previous = previous.previousElementSibling;
  return previous;
}

/** The separator of a kind that stands before this line, with nothing but separators in between. */
function separatorOf(element, kind) {
  let before = element.previousElementSibling;
  while (before && !isLine(before) && !before.matches(kind)) before = before.previousElementSibling;
  return before?.matches(kind) ? before : null;
}

/** The separators that stand before a line move with it. */
function leading(element) {
  let first = element;
  while (first.previousElementSibling && !isLine(first.previousElementSibling)) first = first.previousElementSibling;
  return first;
}
