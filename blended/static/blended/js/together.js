/**
 * A text that both sides write: what the other one writes stands here within a second, one's own words go out as they
 * come. `mount(element, setup)` enlivens templates/blended/_together.html, on its own page and beside a call.
 */
import { get, post } from "../../web/js/lib.js";
import { merge, moved } from "./merge.js";

const LOOK_MS = 1_000;
const SEND_MS = 400;

/** `setup.on(standing)` is told how it stands whenever that changed; answers {stop(), look()}. */
export function mount(element, setup = {}) {
  const text = new Together(element, setup);
  return { stop: () => text.stop(), look: () => text.look() };
}

class Together {
  #root;
  #field;
  #urls;
  #who;
  #base; // the text as the server has it, and its version
  #version;
  #id = null;
  #busy = false;
  #clash = null;
  #timer;
  #sending;
  #known = "";
  #stopped = false;

  constructor(root, { on = () => undefined } = {}) {
    const { now, write, step, case: caseId, purpose } = root.dataset;
    this.#root = root;
    this.on = on;
    this.#urls = { now: `${now}?case=${caseId}&purpose=${purpose}`, write, step };
    this.#who = { case: caseId, purpose };
    this.#field = root.querySelector("textarea");
    this.#base = this.#field.defaultValue;
    this.#version = Number(root.querySelector("[name=version]").value);
    for (const element of root.querySelectorAll("[data-plain]")) element.hidden = true;
    this.#field.addEventListener("input", () => this.#typed());
    root.addEventListener("submit", (event) => this.#pressed(event));
    root.addEventListener("click", ({ target }) => this.#chosen(target.closest("[data-do]")?.dataset.do));
    document.addEventListener("visibilitychange", () => this.look());
    addEventListener("pagehide", () => this.#send());
    this.look();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#send();
  }

  /** Asks once how it stands, and again in a second while somebody looks. */
  async look() {
    clearTimeout(this.#timer);
    if (this.#stopped || document.hidden) return;
    if (!this.#busy) {
      try {
        const standing = await get(this.#urls.now);
        if (!this.#busy) this.#heard(standing);
      } catch (refused) {
        this.#tell(refused.status ? "saved" : "offline");
      }
    }
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.look(), LOOK_MS);
  }

  get #dirty() {
    return this.#field.value !== this.#base;
  }

  #typed() {
    this.#tell("saving");
    clearTimeout(this.#sending);
    this.#sending = setTimeout(() => this.#send(), SEND_MS);
  }

  /** One's own words go out, one request at a time; what the other one wrote meanwhile is woven in. */
  async #send() {
    if (this.#busy || this.#clash !== null || !this.#dirty) return;
    const text = this.#field.value;
    this.#busy = true;
    try {
      const answer = await post(this.#urls.write, { ...this.#who, text, version: this.#version });
      if (answer.saved) this.#base = text;
      this.#busy = false;
      this.#heard(answer);
      this.#problem(null);
    } catch (refused) {
      this.#busy = false;
      if (refused.status) this.#problem(refused);
      this.#tell(refused.status ? "saved" : "offline");
    }
    if (this.#dirty && this.#clash === null) this.#sending = setTimeout(() => this.#send(), SEND_MS * 2);
  }

  #heard(standing) {
    if (standing.state !== "open") return this.#gone(standing);
    this.#id = standing.id;
    this.#show("open");
    if (standing.text !== null && standing.version !== this.#version) this.#weave(standing);
    this.#version = standing.version;
    this.#said("me", standing.mine && !this.#dirty);
    this.#said("other", standing.theirs);
    const approve = this.#root.querySelector("[value=approve]");
    if (approve) approve.hidden = standing.mine && !this.#dirty;
    const object = this.#root.querySelector("[value=object]");
    if (object) object.hidden = !standing.theirs;
    this.#tell(this.#dirty ? "saving" : standing.writing ? "writing" : "saved");
    this.#changed(standing);
  }

  /** The other side's words into the field, around one's own; the cursor stays at its word. */
  #weave({ text }) {
    const mine = this.#field.value;
    const both = merge(this.#base, mine, text);
    this.#base = text;
    if (both === null) return this.#collide(text);
    if (both === mine) return;
    const { selectionStart, selectionEnd, scrollTop } = this.#field;
    this.#field.value = both;
    this.#field.setSelectionRange(moved(selectionStart, mine, both), moved(selectionEnd, mine, both));
    this.#field.scrollTop = scrollTop;
    if (both !== text) this.#typed();
  }

  #collide(theirs) {
    this.#clash = theirs;
    this.#slot("theirs").textContent = theirs;
    this.#root.querySelector("[data-both]").hidden = false;
  }

  #chosen(which) {
    if (!which || this.#clash === null) return;
    if (which === "theirs") this.#field.value = this.#base;
    this.#clash = null;
    this.#root.querySelector("[data-both]").hidden = true;
    this.#field.focus();
    this.#send();
  }

  /** A button: first the words, then what it says. */
  async #pressed(event) {
    event.preventDefault();
    const step = event.submitter?.value ?? "save";
    clearTimeout(this.#sending);
    await this.#settled();
    if (step === "save" || (step !== "discard" && (this.#dirty || this.#clash !== null))) return;
    this.#busy = true;
    try {
      const answer = await post(this.#urls.step, { case: this.#who.case, step, version: this.#version });
      this.#busy = false;
      this.#heard(answer);
      this.#problem(null);
    } catch (refused) {
      this.#busy = false;
      this.#problem(refused);
    }
    this.look();
  }

  async #settled() {
    while (this.#busy) await new Promise((done) => setTimeout(done, 20));
    await this.#send();
  }

  #gone({ kept }) {
    const ended = this.#id !== null && kept === this.#id;
    this.#show(ended || (this.#known === "kept" && this.#id === null) ? "kept" : "none");
    if (this.#id !== null) {
      this.#field.value = this.#base = "";
      this.#version = 0;
    }
    this.#id = null;
    this.#changed({ state: this.#known });
  }

  #changed(standing) {
    this.on(standing);
  }

  #show(which) {
    if (which === this.#known) return;
    this.#known = which;
    for (const element of this.#root.querySelectorAll("[data-when]")) {
      element.hidden = !element.dataset.when.split(" ").includes(which);
    }
    this.#root.dataset.state = which;
  }

  #said(who, yes) {
    const line = this.#root.querySelector(`[data-said=${who}]`);
    if (!line) return;
    for (const words of line.querySelectorAll("[data-is]")) words.hidden = (words.dataset.is === "yes") !== yes;
  }

  #tell(state) {
    for (const words of this.#root.querySelectorAll("[data-now-is]")) {
      const hidden = words.dataset.nowIs !== state;
      if (words.hidden !== hidden) words.hidden = hidden;
    }
  }

  #problem(refused) {
    const line = this.#slot("problem");
    line.hidden = !refused?.message;
    line.textContent = refused?.message ?? "";
  }

  #slot(name) {
    return this.#root.querySelector(`[data-slot=${name}]`);
  }
}
