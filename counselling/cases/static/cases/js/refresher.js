/** Asks for the desk's data: at once, after hints at most once a second, and every 30 s so that lost hints heal. */
const GAP_MS = 1_000;
const HEAL_MS = 30_000;
const RETRY_MS = 5_000;

export class Refresher {
  #load;
  #timer;
  #began = -Infinity;
  #running = false;
  #again = false;

  /** `load` is a promise that rejects when the data did not come. */
  constructor(load) {
    this.#load = load;
  }

  /** Something changed; `now` does not wait for the gap (the reader did it themselves). */
  ask({ now = false } = {}) {
    if (this.#running) this.#again = true;
    else this.#in(now ? 0 : Math.max(0, this.#began + GAP_MS - performance.now()));
  }

  #in(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), ms);
  }

  async #run() {
    this.#running = true;
    this.#again = false;
    this.#began = performance.now();
    const came = await this.#load().then(() => true, () => false);
    this.#running = false;
    this.#in(this.#again ? GAP_MS : came ? HEAL_MS : RETRY_MS);
  }
}
