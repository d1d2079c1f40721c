/** What a counsellor does with one case, each with its dialog and a sentence afterwards. */
import { post } from "../../web/js/lib.js";
import { ask, offer } from "./dialogs.js";
import { fill } from "./dom.js";

export class Actions {
  /** `on` has did(chat, sentence) and failed(refused). */
  constructor(desk, { urls, words, on }) {
    Object.assign(this, { desk, urls, words, on });
  }

  /** Every name that a button's data-act may have here. */
  get byName() {
    const names = ["handover", "close", "block", "letter", "invite", "unseat", "uncall", "here"];
    return Object.fromEntries(names.map((name) => [name, (chat) => this[name](chat)]));
  }

  handover(chat) {
    if (chat.called || chat.ended || chat.consulting) return;
    this.#ask("handover", chat, this.words.done.handed_over, {
      prepare: (dialog) => this.#offer(dialog),
      submit: (data) => {
        const [to, note] = [data.get("to"), data.get("note")];
        if (to === "queue") return post(this.urls["back-to-queue"], { case: chat.id, note });
        return post(this.urls["hand-over"], { case: chat.id, to, note });
      },
    });
  }

  close(chat) {
    if (chat.called || chat.consulting) return;
    const known = new Set(chat.panel?.facts.topics);
    this.#ask("close", chat, this.words.done.closed, {
      prepare: (dialog) => {
        for (const box of dialog.querySelectorAll("[name=topics]")) box.checked = known.has(box.value);
      },
      submit: (data) =>
        post(this.urls.close, { case: chat.id, topics: data.getAll("topics"), ending: data.get("ending"), referral: data.get("referral") }),
    });
  }

  block(chat) {
    this.#ask("block", chat, this.words.done.blocked, { submit: () => post(this.urls.block, { case: chat.id }) });
  }

  letter(chat) {
    this.#ask("letter", chat, this.words.done.letter, { submit: () => post(this.urls.letter, { case: chat.id }) });
  }

  invite(chat) {
    ask("invite", {
      about: chat.name,
      failed: this.words.link.failed,
      prepare: (dialog) => this.#offer(dialog),
      submit: (data) => post(this.urls.invite, { case: chat.id, to: data.get("to") }),
      done: (data) => {
        const name = this.desk.state.colleagues.find((row) => row.id === data.get("to"))?.alias;
        this.on.did(chat, fill(this.words.done.invited, { name }));
      },
    });
  }

  unseat(chat) {
    return this.#do(chat, this.urls["leave-seat"], this.words.done.left);
  }

  uncall(chat) {
    return this.#do(chat, this.urls.uncall, this.words.done.uncalled);
  }

  /** A silent chat goes on; its timeline says so. */
  async here(chat) {
    try {
      await post(this.urls["still-here"], { case: chat.id });
    } catch (refused) {
      this.on.failed(refused);
    }
  }

  async #do(chat, url, done) {
    try {
      await post(url, { case: chat.id });
      this.on.did(chat, fill(done, { name: chat.name }), { leaves: true });
    } catch (refused) {
      this.on.failed(refused);
    }
  }

  #ask(name, chat, done, { submit, prepare }) {
    ask(name, {
      about: chat.name,
      failed: this.words.link.failed,
      prepare,
      submit,
      done: () => this.on.did(chat, fill(done, { name: chat.name }), { leaves: true }),
    });
  }

  #offer(dialog) {
    offer(dialog, this.desk.state.colleagues, { status: this.words.status, load: (row) => fill(this.words.load, row) });
  }
}
