/**
 * The line between a page and the server, for the seeker's room and the counsellor's desk alike.
 *
 * It promises: what `post` took is kept and sent again under the same id until the server acknowledges or finally
 * refuses it; entries of an open case are emitted in order, without gaps, once; a lost line comes back by itself.
 *
 * Events: every frame type of chat/PROTOCOL.md, and
 *   state {online, mode: "socket"|"poll", since (ms), attempt}   whenever one of them changes
 *   sending {case, id, text}                                      a post was taken
 *   ack {case, id, seq, at}                                       it is on the server's disk
 *   failed {case, id, text, code, sentence}                       it was finally refused; the text is handed back
 *   ended {code}                                                  4401 the session is over, 4404 the case is gone
 */
import { attemptAfter, delay } from "./backoff.js";
import { BROWSER } from "./browser.js";
import { Emitter } from "./emitter.js";
import { Outbox, sendable } from "./outbox.js";
import { onPageLife } from "./pagelife.js";
import { PollLine } from "./pollline.js";
import { request } from "./request.js";
import { SocketLine } from "./socketline.js";
import { Streams } from "./streams.js";

/** Without a socket for this long, frames go by long poll. */
const FALLBACK_MS = 8_000;
/** While the long poll works, a socket is tried this often. */
const REDIAL_MS = 60_000;
/** A post without an answer is repeated after this time. */
const ANSWER_MS = 10_000;
const TYPING_MS = 3_000;
const FLOOD = 4429;
const FLOOD_MS = 10_000;
/** What the last request of a page may carry: browsers keep 64 KiB alive, drafts included; the server takes 32 frames. */
const LAST_BYTES = 48_000;
const LAST_FRAMES = 32;
const FINAL = new Set([4401, 4404]);

export class Wire {
  #events = new Emitter();
  #outbox = new Outbox();
  #streams;
  #socket;
  #poll;
  #urls;
  #env;
  #timers = {};
  #attempt = 0;
  #socketUp = false;
  #running = false;
  #state = { online: false, mode: "socket", since: 0, attempt: 0 };
  #typedAt = new Map();
  #deafen;
  /** Who we are, as the server's welcome says. */
  #me = { role: "", name: "" };

  /** `urls` has the paths socket, frames and poll; `env` replaces the browser in tests. */
  constructor(urls, env = BROWSER) {
    this.#urls = urls;
    this.#env = env;
    this.#streams = new Streams(env.now);
    this.#poll = new PollLine(
      urls,
      {
        greeting: () => this.#streams.greeting(),
        have: () => this.#streams.have(),
        opened: () => this.#opened(),
        frame: (frame) => this.#heard(frame),
        lost: (code) => this.#lost(code),
      },
      env,
    );
  }

  on(name, listener) {
    return this.#events.on(name, listener);
  }

  get state() {
    return { ...this.#state };
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#deafen = onPageLife(this.#env.page, {
      wake: () => this.#wake(),
      doubt: () => this.#socketUp && this.#socket.check(),
      leave: () => this.#leave(),
    });
    this.#armFallback();
    this.#dial();
  }

  stop() {
    this.#running = false;
    this.#deafen?.();
    for (const timer of Object.values(this.#timers)) this.#env.clearTimeout(timer);
    this.#socket?.close();
    this.#socketUp = false;
    this.#poll.stop();
  }

  /** Listens to a case from the entry after `after`; opening it again with a smaller number brings older ones. */
  open(caseId, after = 0) {
    this.#streams.open(caseId, after);
    this.#send({ type: "resume", case: caseId, after });
  }

  /** Stops listening to a case; unanswered posts to it stay in the outbox. */
  drop(caseId) {
    this.#streams.drop(caseId);
  }

  /** Takes a text for a case. Returns `{id}`; the answer comes as `ack` or `failed`. */
  post(caseId, written) {
    const id = this.#env.uuid();
    const text = sendable(written);
    this.#outbox.add(caseId, id, text);
    this.#events.emit("sending", { case: caseId, id, text });
    this.#flush();
    return { id };
  }

  takeBack(caseId, seq) {
    return this.#send({ type: "take_back", case: caseId, seq });
  }

  read(caseId, seq) {
    const frame = this.#streams.read(caseId, seq);
    if (frame) this.#send(frame);
  }

  /** Says that somebody types; passed on at most every 3 s. */
  typing(caseId) {
    const now = this.#env.now();
    if (now - (this.#typedAt.get(caseId) ?? -TYPING_MS) < TYPING_MS) return;
    this.#typedAt.set(caseId, now);
    this.#send({ type: "typing", case: caseId });
  }

  /** Sends a frame of a call as it is. True when a line took it, which is no promise that it arrives. */
  say(frame) {
    return this.#send(frame);
  }

  #send(frame) {
    return this.#socketUp ? this.#socket.send(frame) : this.#poll.send(frame);
  }

  #flush() {
    if (!this.#state.online) return;
    for (const { case: caseId, id, text, tries } of this.#outbox.takeOff()) {
      this.#send({ type: "post", case: caseId, id, text });
      this.#env.setTimeout(() => this.#unanswered(id, tries), ANSWER_MS);
    }
  }

  /** Sent again, and the line asked whether it still lives: a server that hangs keeps its lines open. */
  #unanswered(id, tries) {
    if (this.#socketUp && this.#outbox.flies(id, tries)) this.#socket.check();
    this.#again(id, tries);
  }

  #again(id, tries = undefined) {
    this.#outbox.ground(id, tries);
    this.#flush();
  }

  #dial() {
    this.#env.clearTimeout(this.#timers.dial);
    this.#socket?.close();
    const scheme = this.#env.page.location.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new SocketLine(
      `${scheme}//${this.#env.page.location.host}${this.#urls.socket}`,
      { opened: () => this.#socketOpened(), frame: (frame) => this.#heard(frame), lost: (code) => this.#socketLost(code) },
      this.#env,
    );
    this.#socket.dial();
  }

  #socketOpened() {
    this.#socketUp = true;
    this.#env.clearTimeout(this.#timers.fallback);
    this.#timers.fallback = undefined;
    this.#poll.stop();
    for (const frame of this.#streams.greeting()) this.#socket.send(frame);
    this.#opened();
  }

  /** A line is up: whatever was in flight on the old one flies again. */
  #opened() {
    this.#attempt = 0;
    this.#say({ online: true, mode: this.#socketUp ? "socket" : "poll" });
    if (!this.#socketUp) this.#redial(0);
    this.#outbox.ground();
    this.#flush();
  }

  #socketLost(code) {
    this.#socketUp = false;
    if (!this.#poll.up) this.#lost(code);
    if (!this.#running) return;
    this.#armFallback();
    const flood = code === FLOOD ? FLOOD_MS : 0;
    this.#attempt = attemptAfter(code, this.#attempt);
    this.#redial(this.#poll.up ? REDIAL_MS : flood + delay(this.#attempt++, this.#env.random));
  }

  #lost(code) {
    if (FINAL.has(code)) {
      this.stop();
      this.#events.emit("ended", { code });
    } else if (!this.#socketUp) {
      this.#say({ online: false, mode: this.#poll.running ? "poll" : "socket" });
    }
  }

  #redial(ms) {
    this.#env.clearTimeout(this.#timers.dial);
    this.#timers.dial = this.#env.setTimeout(() => this.#dial(), ms);
  }

  #armFallback() {
    if (this.#timers.fallback !== undefined || this.#poll.running) return;
    this.#timers.fallback = this.#env.setTimeout(() => {
      this.#timers.fallback = undefined;
      this.#poll.start();
    }, FALLBACK_MS);
  }

  #say(change) {
    const next = { ...this.#state, ...change, attempt: this.#attempt };
    const flipped = next.online !== this.#state.online || this.#state.since === 0;
    if (flipped) next.since = this.#env.now();
    const same = Object.keys(next).every((key) => next[key] === this.#state[key]);
    this.#state = next;
    if (!same) this.#events.emit("state", { ...next });
  }

  #heard(frame) {
    if (frame.type === "entry") this.#entry(frame);
    else if (frame.type === "ack") this.#acknowledged(frame);
    else if (frame.type === "caught_up") this.#caughtUp(frame);
    else if (frame.type === "error" && frame.id) this.#refused(frame);
    else {
      if (frame.type === "welcome") this.#me = { role: frame.role, name: frame.name };
      this.#events.emit(frame.type, frame);
    }
  }

  #entry(frame) {
    const { fresh, answer } = this.#streams.accept(frame);
    this.#reply(answer);
    this.#pass(fresh);
    if (frame.mine && this.#outbox.settle(frame.id)) this.#flush();
  }

  #caughtUp(frame) {
    const { done, answer } = this.#streams.caughtUp(frame);
    this.#reply(answer);
    if (done) this.#events.emit("caught_up", frame);
  }

  /** The author gets no entry for an own post on the same line: the acknowledgement stands for it. */
  #acknowledged(frame) {
    const item = this.#outbox.settle(frame.id);
    this.#events.emit("ack", frame);
    const { case: caseId, id, seq, at } = frame;
    const own = { type: "entry", case: caseId, seq, at, kind: "message", ...this.#me, mine: true, id, text: item?.text };
    if (item) this.#pass(this.#streams.acceptOwn(own));
    this.#flush();
  }

  #pass(entries) {
    for (const entry of entries) this.#events.emit("entry", entry);
  }

  #refused(frame) {
    const item = this.#outbox.refuse(frame.id, frame.code);
    if (!item) return;
    if (!item.final) {
      this.#env.setTimeout(() => this.#again(item.id, item.tries), frame.retry_ms ?? 2_000);
      return;
    }
    const { case: caseId, id, text } = item;
    this.#events.emit("failed", { case: caseId, id, text, code: frame.code, sentence: frame.sentence });
    this.#flush();
  }

  /** Confirmations belong to the socket's flow control; the long poll says how far it is with every request. */
  #reply(frame) {
    if (frame && (this.#socketUp || frame.type !== "got")) this.#send(frame);
  }

  /** The page is looked at again, or the network is back: phones close lines of sleeping pages without saying so. */
  #wake() {
    if (this.#socketUp) this.#socket.check();
    else if (!this.#poll.up && !this.#socket?.dialled) {
      this.#attempt = 0;
      this.#dial();
    }
  }

  /** The page goes away: what is unanswered leaves once more, the oldest first, by a request that outlives the page. */
  #leave() {
    let room = LAST_BYTES;
    const posts = this.#outbox.waiting().map(({ case: caseId, id, text }) => ({ type: "post", case: caseId, id, text }));
    const frames = posts.slice(0, LAST_FRAMES).filter((frame) => (room -= bytesOf(frame)) >= 0);
    if (frames.length > 0) request(this.#env, this.#urls.frames, { frames }, { keepalive: true }).catch(() => undefined);
  }
}

function bytesOf(frame) {
  return new TextEncoder().encode(JSON.stringify(frame)).length + 1;
}
