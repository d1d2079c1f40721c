/** The middle column: one element per chat that was shown, kept while it is mine, so text, place and focus stay. */
import { Conversation } from "./conversation.js";
import { byId, show } from "./dom.js";

export class Stage {
  #conversations = new Map();
  #column = byId("conversations");

  /** `options` go to each Conversation; `activate(id)` is called when the focus enters one. */
  constructor(desk, options, activate) {
    Object.assign(this, { desk, options, activate });
  }

  of(chat) {
    return this.#conversations.get(chat.id);
  }

  /** Shows what the desk says is shown, each at its place. */
  arrange() {
    const { shown, active } = this.desk;
    for (const id of shown) if (!this.#conversations.has(id)) this.#open(this.desk.chat(id));
    for (const [id, conversation] of this.#conversations) this.#place(id, conversation, shown, active);
    show(byId("no-chat"), shown.length === 0);
    this.#column.dataset.shown = shown.length;
  }

  /** The clock went on: everything but the timelines. */
  refresh() {
    for (const conversation of this.#conversations.values()) conversation.refresh();
  }

  /** Every unsent text becomes a draft. */
  save() {
    return Promise.all([...this.#conversations.values()].map(({ composer }) => composer.save()));
  }

  drop(chat) {
    this.of(chat)?.composer.stop();
    this.of(chat)?.element.remove();
    this.#conversations.delete(chat.id);
  }

  #open(chat) {
    const conversation = new Conversation(chat, this.options);
    conversation.element.hidden = true;
    conversation.element.addEventListener("focusin", () => this.activate(chat.id));
    this.#conversations.set(chat.id, conversation);
    this.#column.append(conversation.element);
    if (chat.panel) conversation.composer.restore(chat.panel.draft);
  }

  #place(id, conversation, shown, active) {
    const visible = shown.includes(id);
    const appears = visible && conversation.element.hidden;
    show(conversation.element, visible);
    conversation.element.dataset.active = id === active;
    conversation.element.dataset.place = shown.indexOf(id);
    if (appears) conversation.appear();
    else conversation.refresh();
  }
}
