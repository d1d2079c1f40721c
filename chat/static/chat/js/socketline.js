/** One WebSocket from dialled to its end. Calls `hooks.opened()` at the welcome, `hooks.frame(f)`, `hooks.lost(code)` once. */

const SUBPROTOCOL = "counselling.1";
/** A check after the page slept: no answer within this time means the line is dead though nobody said so. */
const CHECK_MS = 4_000;
const DIAL_MS = 10_000;

export class SocketLine {
  #socket = null;
  #hooks;
  #env;
  #url;
  #pingEvery = 20_000;
  #pingTimer;
  #deadline;

  constructor(url, hooks, env) {
    this.#url = url;
    this.#hooks = hooks;
    this.#env = env;
  }

  /** True from dialled to the end. */
  get dialled() {
    return this.#socket !== null;
  }

  dial() {
    const socket = new this.#env.WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    this.#expectWithin(DIAL_MS);
    socket.addEventListener("message", (event) => this.#socket === socket && this.#heard(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.#socket === socket && this.#end(event.code));
  }

  /** True when the frame was handed to an open socket; that is no promise that it arrives. */
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Asks for a sign of life; without one the line counts as lost. */
  check() {
    if (this.send({ type: "ping" })) this.#expectWithin(CHECK_MS);
  }

  /** Ends silently: no `lost` follows. */
  close() {
    const socket = this.#socket;
    this.#forget();
    socket?.close();
  }

  #heard(frame) {
    if (frame.type === "welcome") {
      this.#pingEvery = frame.ping_s * 1000;
      this.#ping();
      this.#hooks.opened();
    }
    this.#expectWithin(this.#pingEvery * 2 + CHECK_MS);
    this.#hooks.frame(frame);
  }

  #ping() {
    this.#env.clearTimeout(this.#pingTimer);
    this.#pingTimer = this.#env.setTimeout(() => {
      this.send({ type: "ping" });
      this.#ping();
    }, this.#pingEvery);
  }

  #expectWithin(ms) {
    this.#env.clearTimeout(this.#deadline);
    this.#deadline = this.#env.setTimeout(() => {
      const socket = this.#socket;
      this.#end(1006);
      socket?.close();
    }, ms);
  }

  #end(code) {
    this.#forget();
    this.#hooks.lost(code);
  }

  #forget() {
    this.#env.clearTimeout(this.#pingTimer);
    this.#env.clearTimeout(this.#deadline);
    this.#socket = null;
  }
}
