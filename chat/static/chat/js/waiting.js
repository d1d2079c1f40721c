/** The waiting room: the place as the server tells it, the call with its time, and what is already written. */
import { announce } from "../../web/js/lib.js";
import { tellBack } from "./back.js";
import { count, grow } from "./composer.js";
import { countdown, fill, timeOf } from "./say.js";
import { beckon, ring } from "./signals.js";

const $ = (id) => document.getElementById(id);

/** States of the door in which nobody comes before it opens again. */
const CLOSED = new Set(["closed", "nobody"]);

export class WaitingRoom {
  #words;
  #limit;
  #field = $("first");
  #deadline = null;
  #called = false;

  constructor({ words, limit, place }, drafts) {
    this.#words = words;
    this.#limit = limit;
    this.#field.addEventListener("input", () => {
      this.#measure();
      drafts.change(this.#field.value);
    });
    this.#measure();
    this.#offerSound();
    setInterval(() => this.#tick(), 1000);
    this.place(place);
  }

  get text() {
    return this.#field.value;
  }

  get focused() {
    return document.activeElement === this.#field;
  }

  /** Shows a place: the fields of a `waiting` frame. */
  place({ state, position, minutes, open, deadline, by, called_at: calledAt, kept_until: keptUntil }) {
    if (state !== "waiting" && state !== "called") return;
    this.#put("place-line", this.#placeLine(position), { aloud: true });
    this.#put("wait-line", this.#waitLine(minutes));
    this.#door(this.#words.doors[open] ?? "");
    tellBack($("door-back"), CLOSED.has(open));
    this.#missed(calledAt, keptUntil);
    this.#call(state === "called", by, deadline && new Date(deadline));
  }

  /** A called person was not there in time: the place at the top is kept for a while, or for good after one tap. */
  #missed(calledAt, keptUntil) {
    $("missed").hidden = !keptUntil;
    if (!keptUntil) return;
    const [called, until] = [calledAt ?? keptUntil, keptUntil].map((at) => timeOf(new Date(at)));
    this.#put("missed-line", fill(this.#words.missed, { called, until }), { aloud: true });
  }

  saved(at) {
    $("first-saved").textContent = fill(this.#words.saved, { time: timeOf(at) });
  }

  notSaved() {
    $("first-saved").textContent = this.#words.notSaved;
  }

  #placeLine(position) {
    return this.#words.positions[position - 1] ?? fill(this.#words.position, { n: position });
  }

  #waitLine(minutes) {
    if (!minutes) return this.#words.waitUnknown;
    const [low, high] = minutes;
    return low === high ? fill(this.#words.waitAbout, { n: high }) : fill(this.#words.waitRange, { low, high });
  }

  #put(id, sentence, { aloud = false } = {}) {
    if ($(id).textContent === sentence) return;
    $(id).textContent = sentence;
    if (aloud) announce(sentence);
  }

  #door(sentence) {
    const changed = $("door-words").textContent !== sentence;
    $("door-line").hidden = !sentence;
    $("door-words").textContent = sentence;
    if (sentence && changed) announce(sentence);
  }

  #call(called, by, deadline) {
    this.#deadline = called ? deadline : null;
    if (called && by) $("call-by").textContent = fill(this.#words.called, { name: by });
    if (called && !this.#called) {
      ring();
      beckon();
      announce($("call-by").textContent);
    }
    this.#called = called;
    this.#tick();
  }

  #tick() {
    if (this.#deadline) $("call-ends").textContent = fill(this.#words.callEnds, { time: countdown(this.#deadline) });
  }

  #measure() {
    grow(this.#field);
    count(this.#field, $("first-counter"), this.#limit, this.#words);
  }

  #offerSound() {
    $("try-sound").hidden = !("AudioContext" in globalThis);
    $("try-sound").addEventListener("click", () => setTimeout(ring, 100));
  }
}
