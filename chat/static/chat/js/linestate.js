/** How the line is, said calmly: a short gap is not worth a word, a longer one is, and its end too. */
const GAP_MS = 1_500;
const BACK_MS = 3_000;

export class LineState {
  #places = document.querySelectorAll("[data-line-state]");
  #words;
  #online = true;
  #live = true;
  #told = false;
  #timer;

  constructor(words) {
    this.#words = words;
  }

  set online(online) {
    if (online === this.#online) return;
    this.#online = online;
    clearTimeout(this.#timer);
    if (online) this.#recovered();
    else this.#timer = setTimeout(() => this.#lost(), GAP_MS);
  }

  /** False while messages arrive, but slower. */
  set live(live) {
    this.#live = live;
    if (this.#online) this.#say(this.#steady);
  }

  get #steady() {
    return this.#live ? "" : this.#words.slow;
  }

  #lost() {
    this.#told = true;
    this.#say(this.#words.offline, "is-amber");
  }

  #recovered() {
    this.#say(this.#told ? this.#words.back : this.#steady, this.#told ? "is-ok" : "");
    this.#told = false;
    this.#timer = setTimeout(() => this.#say(this.#steady), BACK_MS);
  }

  #say(sentence, look = "is-amber") {
    for (const place of this.#places) {
      place.textContent = sentence;
      place.className = sentence ? `line-state ${look}` : "line-state";
    }
  }
}
