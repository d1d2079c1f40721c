/** What the team knows about the active case: facts, notes, who reads along, what happened. */
import { noticeText } from "../../chat/js/notices.js";
import { get, post } from "../../web/js/lib.js";
import { arrange, byId, copy, fill, put, show } from "./dom.js";

const FACTS = ["for_whom", "age_band", "gender", "language", "strain", "topics"];

export class Panel {
  #input = byId("note-input");
  #error = byId("note-error");
  #chat = null;

  /** `on` has loaded(chat) and said(sentence). */
  constructor({ words, labels, urls, clock, on }) {
    Object.assign(this, { words, labels, urls, clock, on });
    this.languages = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
    this.#input.addEventListener("input", () => this.#chat && (this.#chat.noteText = this.#input.value));
    byId("note-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** Shows a chat, or nothing; an unsaved note stays with its case. */
  show(chat) {
    if (chat === this.#chat) return this.update();
    this.#chat = chat;
    this.#input.value = chat?.noteText ?? "";
    show(this.#error, false);
    this.update();
    if (chat) this.load(chat);
  }

  /** Fetches the panel of a chat; a called case has none yet. */
  async load(chat) {
    if (chat.called) return;
    try {
      chat.panel = await get(`${this.urls.case}?case=${chat.id}`);
    } catch {
      return; // the connection banner tells; the next change or refresh fetches again
    }
    this.on.loaded(chat);
    if (chat === this.#chat) this.update();
  }

  update() {
    const panel = this.#chat?.panel;
    show(byId("panel-empty"), !panel);
    show(byId("panel-body"), Boolean(panel));
    byId("panel-case").href = `${byId("panel-case").dataset.cases}${this.#chat?.id ?? ""}/`;
    if (panel) this.#draw(panel);
  }

  focusNote() {
    this.#input.focus();
  }

  /** The page goes: a note that was begun is stored as it is, rather than lost. */
  save(chats) {
    const begun = chats.filter(({ noteText }) => noteText?.trim());
    return Promise.all(begun.map(({ id, noteText }) => post(this.urls.note, { case: id, text: noteText.trim() })));
  }

  #draw(panel) {
    arrange(byId("facts"), FACTS.map((name) => this.#fact(name, panel)));
    arrange(byId("notes"), panel.notes.map((note) => this.#note(note)));
    show(byId("notes-hint"), panel.notes.length === 0);
    arrange(byId("seats"), [this.#seeker(), ...panel.seats.map((seat) => this.#seat(seat))]);
    arrange(byId("events"), panel.history.map((event) => this.#event(event)));
  }

  #fact(name, { facts, labels }) {
    const node = copy("fact");
    put(node, "name", this.labels[name]);
    put(node, "value", this.#value(name, facts, labels) || this.words.panel.skipped);
    return node;
  }

  #value(name, facts, labels) {
    if (name === "language") return facts.language && this.languages.of(facts.language);
    if (name === "topics") return labels.topics.join(", ");
    if (name === "strain") return facts.strain && fill(this.words.panel.strain, { n: facts.strain, label: labels.strain });
    return labels[name];
  }

  #note({ author, at, text }) {
    const node = copy("note");
    put(node, "text", text ?? this.words.conversation.unreadable);
    put(node, "by", `${author} · ${this.clock.hour(at)}`);
    return node;
  }

  #seeker() {
    return this.#seat({ name: this.#chat.name, role: "seeker" });
  }

  #seat({ name, role, here = true }) {
    const node = copy("seat");
    const does = this.words.panel.roles[role];
    put(node, "name", name);
    put(node, "role", here ? does : `${does} · ${this.words.conversation.absent}`);
    return node;
  }

  #event({ at, code, about }) {
    const node = copy("event");
    put(node, "at", this.clock.hour(at));
    put(node, "what", noticeText(this.words.notices, code, about));
    return node;
  }

  async #save() {
    const chat = this.#chat;
    const text = this.#input.value.trim();
    if (!chat || !text) return;
    try {
      const { note } = await post(this.urls.note, { case: chat.id, text });
      chat.panel.notes.push(note);
      chat.noteText = "";
    } catch (refused) {
      this.#refuse(refused.message || this.words.link.failed);
      return;
    }
    if (chat === this.#chat) this.#input.value = "";
    this.#refuse("");
    this.update();
    this.on.said(this.words.panel.saved);
  }

  #refuse(sentence) {
    this.#error.textContent = sentence;
    show(this.#error, Boolean(sentence));
  }
}
