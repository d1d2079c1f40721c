// The rules of the wire without a browser: a socket and a clock made of plain objects.
import assert from "node:assert/strict";
import { test } from "node:test";
import { delay } from "../../../chat/static/chat/js/backoff.js";
import { Outbox } from "../../../chat/static/chat/js/outbox.js";
import { Streams } from "../../../chat/static/chat/js/streams.js";
import { Timeline } from "../../../chat/static/chat/js/timeline.js";
import { Wire } from "../../../chat/static/chat/js/wire.js";

class FakeSocket extends EventTarget {
  static all = [];
  sent = [];
  readyState = 1;
  constructor() {
    super();
    FakeSocket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  hears(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) }));
  }
  dies(code = 1006) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

/** A browser whose time passes only when told to. */
function world() {
  FakeSocket.all = [];
  const timers = new Map();
  let now = 0;
  let last = 0;
  const page = Object.assign(new EventTarget(), { location: { protocol: "https:", host: "example.org" } });
  const requests = [];
  const env = {
    WebSocket: FakeSocket,
    page,
    now: () => now,
    random: () => 0.5,
    uuid: () => `id-${++last}`,
    limit: (signal) => signal,
    fetch: (url, options) => {
      requests.push({ url, body: JSON.parse(options.body), keepalive: options.keepalive });
      return new Promise(() => {});
    },
    setTimeout: (call, ms) => timers.set(++last, { call, at: now + (ms ?? 0) }) && last,
    clearTimeout: (id) => timers.delete(id),
  };
  const pass = (ms) => {
    const until = now + ms;
    for (;;) {
      const due = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      timers.delete(due[0]);
      now = due[1].at;
      due[1].call();
    }
    now = until;
  };
  return { env, page, pass, requests, get socket() { return FakeSocket.all.at(-1); } };
}

const WELCOME = { type: "welcome", protocol: 1, role: "seeker", name: "", cases: [], limits: {}, ping_s: 20 };
const entry = (seq, more = {}) => ({ type: "entry", case: "c", seq, at: "2026-11-22T18:04:05.000Z", kind: "message", role: "counsellor", name: "Linde", mine: false, text: `t${seq}`, ...more });

function started() {
  const here = world();
  const wire = new Wire({ socket: "/s", frames: "/f", poll: "/p" }, here.env);
  const seen = [];
  for (const name of ["entry", "ack", "failed", "ended"]) wire.on(name, (frame) => seen.push(frame));
  wire.start();
  wire.open("c", 0);
  here.socket.hears(WELCOME);
  return { ...here, wire, seen, here };
}

test("after a restart the first attempt comes within four seconds, anywhere in them", () => {
  for (const [code, ms] of [[1012, 2_000], [1001, 2_000], [1006, 250]]) {
    const { pass, here } = started();
    const old = here.socket;
    old.dies(code);
    pass(ms - 1);
    assert.equal(here.socket, old, `${code} too early`);
    pass(2);
    assert.notEqual(here.socket, old, `${code} too late`);
  }
});

test("a post is kept and sent again under the same id after a reconnect", () => {
  const { wire, pass, here } = started();
  const { id } = wire.post("c", "Hallo");
  here.socket.dies();
  pass(1_000);
  here.socket.hears(WELCOME);
  assert.deepEqual(here.socket.of("post"), [{ type: "post", case: "c", id, text: "Hallo" }]);
});

test("an acknowledged post becomes an entry once and is not sent again", () => {
  const { wire, seen, here, pass } = started();
  const { id } = wire.post("c", "Hallo");
  here.socket.hears({ type: "ack", case: "c", id, seq: 1, at: "2026-11-22T18:04:05.000Z" });
  here.socket.hears(entry(1, { mine: true, id, text: "Hallo" }));
  pass(30_000);
  assert.equal(here.socket.of("post").length, 1);
  assert.deepEqual(seen.filter((frame) => frame.type === "entry").map((frame) => [frame.seq, frame.text]), [[1, "Hallo"]]);
});

test("an unanswered post is repeated on the same line", () => {
  const { wire, here, pass } = started();
  wire.post("c", "Hallo");
  pass(10_000);
  assert.equal(here.socket.of("post").length, 2);
});

test("a line that leaves a post unanswered and says nothing to a question is given up within fifteen seconds", () => {
  const { wire, here, pass } = started();
  const hanging = here.socket;
  const { id } = wire.post("c", "Hallo");
  pass(10_000);
  assert.equal(hanging.of("ping").length, 1);
  pass(4_300);
  assert.notEqual(here.socket, hanging);
  here.socket.hears(WELCOME);
  assert.deepEqual(here.socket.of("post").map((frame) => frame.id), [id]);
});

test("a slow line that answers the question is kept, and an answered post asks nothing", () => {
  const { wire, here, pass } = started();
  const { id } = wire.post("c", "Hallo");
  pass(10_000);
  here.socket.hears({ type: "pong" });
  here.socket.hears({ type: "ack", case: "c", id, seq: 1, at: "2026-11-22T18:04:05.000Z" });
  const line = here.socket;
  pass(9_000);
  assert.equal(here.socket, line);
  const another = started();
  const posted = another.wire.post("c", "Hallo");
  another.here.socket.hears({ type: "ack", case: "c", id: posted.id, seq: 1, at: "2026-11-22T18:04:05.000Z" });
  another.pass(15_000);
  assert.equal(another.here.socket.of("ping").length, 0);
});

test("words keep their order: the next post flies when the one before is answered", () => {
  const { wire, here } = started();
  const { id } = wire.post("c", "eins");
  wire.post("c", "zwei");
  assert.deepEqual(here.socket.of("post").map((frame) => frame.text), ["eins"]);
  here.socket.hears({ type: "ack", case: "c", id, seq: 1, at: "2026-11-22T18:04:05.000Z" });
  assert.deepEqual(here.socket.of("post").map((frame) => frame.text), ["eins", "zwei"]);
});

test("a passing refusal is tried again, a final one hands the text back", () => {
  const { wire, seen, here, pass } = started();
  const { id } = wire.post("c", "Hallo");
  here.socket.hears({ type: "error", case: "c", id, code: "slow_down", sentence: "", retry_ms: 500 });
  pass(500);
  assert.equal(here.socket.of("post").length, 2);
  here.socket.hears({ type: "error", case: "c", id, code: "closed", sentence: "Ende" });
  assert.deepEqual(seen, [{ case: "c", id, text: "Hallo", code: "closed", sentence: "Ende" }]);
});

test("a gap asks for what is missing and shows nothing out of order", () => {
  const { seen, here } = started();
  here.socket.hears(entry(1));
  here.socket.hears(entry(3));
  assert.deepEqual(seen.map((frame) => frame.seq), [1]);
  assert.deepEqual(here.socket.of("resume").at(-1), { type: "resume", case: "c", after: 1 });
});

test("receipt is confirmed at least once per hundred entries", () => {
  const { here } = started();
  for (let seq = 1; seq <= 100; seq++) here.socket.hears(entry(seq));
  assert.deepEqual(here.socket.of("got").map((frame) => frame.seq), [50, 100]);
});

test("eight seconds without a socket lead to the long poll", () => {
  const here = world();
  const wire = new Wire({ socket: "/s", frames: "/f", poll: "/p" }, here.env);
  wire.start();
  here.pass(7_900);
  assert.deepEqual(here.requests, []);
  here.pass(200);
  assert.deepEqual(here.requests.map((request) => request.url), ["/p"]);
});

test("a session that ended stops everything", () => {
  const { seen, here, pass } = started();
  here.socket.dies(4401);
  pass(60_000);
  assert.deepEqual(seen, [{ code: 4401 }]);
  assert.equal(FakeSocket.all.length, 1);
});

test("a page that goes away sends what is unanswered once more", () => {
  const { wire, page, requests } = started();
  const { id } = wire.post("c", "Hallo");
  page.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(requests, [{ url: "/f", body: { frames: [{ type: "post", case: "c", id, text: "Hallo" }] }, keepalive: true }]);
});

test("what leaves with the page stays within what a browser lets outlive it, the oldest first", () => {
  const { wire, page, requests } = started();
  for (let n = 0; n < 40; n++) wire.post("c", `${n} ${"ä".repeat(900)}`);
  page.dispatchEvent(new Event("leaving"));
  const [{ body, keepalive }] = requests;
  assert.equal(keepalive, true);
  assert.ok(new TextEncoder().encode(JSON.stringify(body)).length < 50_000);
  assert.ok(body.frames.length > 20 && body.frames.length <= 32);
  assert.deepEqual(body.frames.map(({ text }) => parseInt(text)), body.frames.map((_, n) => n));
});

test("a frame that broke a rule hands its text back", () => {
  const { wire, seen, here } = started();
  const { id } = wire.post("c", "Hallo");
  here.socket.hears({ type: "error", code: "bad_frame", sentence: "not understood: text", id });
  assert.deepEqual(seen, [{ case: "c", id, text: "Hallo", code: "bad_frame", sentence: "not understood: text" }]);
});

test("half an emoji does not travel", () => {
  const { wire, here } = started();
  wire.post("c", "a\ud83d\0b😀");
  assert.equal(here.socket.of("post")[0].text, "a\ufffdb😀");
});

test("waiting grows to fifteen seconds and never beyond", () => {
  assert.deepEqual([0, 1, 2, 9].map((attempt) => delay(attempt, () => 1)), [500, 1000, 2000, 15_000]);
});

test("an own entry that overtook another waits for it", () => {
  const streams = new Streams();
  streams.open("c", 0);
  assert.deepEqual(streams.acceptOwn(entry(2)), []);
  assert.deepEqual(streams.accept(entry(1)).fresh.map((frame) => frame.seq), [1, 2]);
});

test("an outbox forgets only what was answered", () => {
  const outbox = new Outbox();
  outbox.add("c", "a", "eins");
  outbox.takeOff();
  outbox.ground();
  assert.deepEqual(outbox.takeOff().map((item) => item.id), ["a"]);
  outbox.settle("a");
  assert.deepEqual(outbox.waiting(), []);
});

test("a timeline replaces what was on its way, blanks what was taken back, and marks what was read", () => {
  const timeline = new Timeline();
  timeline.setOut("a", "Hallo");
  assert.equal(timeline.apply(entry(1, { mine: true, id: "a", text: "Hallo" })).replaces, "a");
  assert.equal(timeline.apply(entry(1, { mine: true, id: "a" })), null);
  assert.deepEqual(timeline.readBy("counsellor", 1).map((item) => item.mark), ["read"]);
  const notice = entry(2, { kind: "notice", code: "taken_back", about: { seq: 1 }, text: undefined });
  assert.equal(timeline.apply(notice).blanked.kind, "taken_back");
});
