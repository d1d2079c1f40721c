/** How reachable I am, and my colleagues. */
import { KeyedList, byId, fill, put, show, slot } from "./dom.js";

export class Me {
  #list;
  #status = byId("status");
  #capacity = byId("capacity");

  /** `on` has status(value) and capacity(n), promises that reject when the server refused. */
  constructor(desk, { words, on }) {
    Object.assign(this, { desk, words });
    this.#list = new KeyedList(byId("colleagues"), "colleague", (node, row) => this.#draw(node, row));
    this.#status.addEventListener("change", () => on.status(this.#status.value).catch(() => this.update()));
    this.#capacity.addEventListener("change", () => on.capacity(Number(this.#capacity.value)).catch(() => this.update()));
    byId("be-here").addEventListener("click", () => on.status("here").catch(() => this.update()));
  }

  /** A control that is being used right now is left alone. */
  update() {
    const { me, colleagues } = this.desk.state;
    for (const control of [this.#status, this.#capacity]) control.disabled = false;
    if (document.activeElement !== this.#status) this.#status.value = me.status;
    if (document.activeElement !== this.#capacity) this.#capacity.value = String(me.capacity);
    this.#status.dataset.status = me.status;
    byId("open-chats").textContent = String(me.open);
    this.#list.update(colleagues, (row) => row.id);
    show(byId("colleagues-hint"), colleagues.length === 0);
  }

  #draw(node, row) {
    slot(node, "dot").dataset.status = row.status;
    put(node, "alias", row.alias);
    put(node, "status", this.words.status[row.status]);
    put(node, "load", fill(this.words.load, row));
    show(slot(node, "load"), row.status !== "away");
  }
}
