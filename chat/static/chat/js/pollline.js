/**
 * The same frames by POST and long poll, for networks that block WebSockets.
 * Hooks: `greeting()` frames that begin the line, `have()`, `opened()`, `frame(f)`, `lost(code)` (again at each failure).
 */
import { delay } from "./backoff.js";
import { request } from "./request.js";

/** An HTTP refusal that no retry heals, as the close code the socket would have used. */
const FINAL = new Map([
  [401, 4401],
  [403, 4401],
  [404, 4404],
]);
const BATCH = 20;
/** A poll that came back empty at once is not repeated faster than this. */
const PACE_MS = 1_000;
/** Read marks and seats that changed between two polls are asked for this often. */
const REFRESH_MS = 8_000;
/** The server answers a poll after 25 s at the latest. */
const POLL_TIMEOUT_MS = 40_000;

export class PollLine {
  #urls;
  #hooks;
  #env;
  #abort = null;
  #queue = [];
  #posting = false;
  #called = false;
  #refreshing;
  up = false;

  constructor(urls, hooks, env) {
    this.#urls = urls;
    this.#hooks = hooks;
    this.#env = env;
  }

  get running() {
    return this.#abort !== null;
  }

  start() {
    if (this.running) return;
    this.#abort = new AbortController();
    this.#run(this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.#rest();
  }

  /** Queues a frame for the next POST; false while the line is down. */
  send(frame) {
    if (!this.up) return false;
    this.#queue.push(frame);
    this.#drain(this.#abort.signal);
    return true;
  }

  async #run(signal) {
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!this.up) await this.#greet(signal);
        failures = 0;
        await this.#poll(signal);
      } catch (failure) {
        if (signal.aborted || this.#fail(failure)) return;
        await this.#sleep(delay(failures++, this.#env.random));
      }
    }
  }

  /** A poll that has nothing is a new arrival: it is answered at once with welcome and place. */
  async #greet(signal) {
    const welcome = await this.#post(this.#urls.poll, { have: {} }, signal);
    const frames = await this.#post(this.#urls.frames, { frames: this.#hooks.greeting() }, signal);
    this.up = true;
    this.#hooks.opened();
    this.#deliver([...welcome, ...frames], signal);
    this.#refreshLater();
  }

  #refreshLater() {
    this.#refreshing = this.#env.setTimeout(() => {
      for (const frame of this.#hooks.greeting()) this.send(frame);
      this.#refreshLater();
    }, REFRESH_MS);
  }

  #rest() {
    this.#env.clearTimeout(this.#refreshing);
    this.#queue = [];
    this.up = false;
  }

  /** Whoever was called between two polls has to arrive anew, or the chat would not begin. */
  async #poll(signal) {
    const began = this.#env.now();
    const frames = await this.#post(this.#urls.poll, { have: this.#called ? {} : this.#hooks.have() }, signal);
    const again = frames.length === 0 || this.#called;
    this.#called = frames.some((frame) => frame.type === "waiting" && frame.state === "called");
    this.#deliver(frames, signal);
    if (again) await this.#sleep(Math.max(0, PACE_MS - (this.#env.now() - began)));
  }

  async #drain(signal) {
    if (this.#posting) return;
    this.#posting = true;
    try {
      while (this.#queue.length > 0) {
        this.#deliver(await this.#post(this.#urls.frames, { frames: this.#queue.splice(0, BATCH) }, signal), signal);
      }
    } catch (failure) {
      if (!signal.aborted) this.#fail(failure);
    } finally {
      this.#posting = false;
    }
  }

  /** True when the line has ended for good. */
  #fail(failure) {
    const code = FINAL.get(failure.status) ?? 1006;
    if (code !== 1006) this.stop();
    this.#rest();
    this.#hooks.lost(code);
    return code !== 1006;
  }

  #deliver(frames, signal) {
    for (const frame of frames) if (!signal.aborted) this.#hooks.frame(frame);
  }

  async #post(url, body, signal) {
    const response = await request(this.#env, url, body, { signal: this.#env.limit(signal, POLL_TIMEOUT_MS) });
    if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
    return (await response.json()).frames;
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      this.#env.setTimeout(resolve, ms);
    });
  }
}
