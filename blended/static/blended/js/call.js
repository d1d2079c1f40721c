/**
 * A call from this page's side: comes in, meets the other page, stays in touch, goes. The page listens and draws.
 *
 * Events: state {state, reason} · here {here} · peer/media {microphone, camera, screen} · remote MediaStream ·
 *   quality {level, sends} · ending {seconds} · problem {code, name}
 * State: idle | waiting | connecting | live | reconnecting | ended | replaced | unavailable
 *
 * What is said to the other page travels as `signal` frames of chat/PROTOCOL.md. The young person's page opens each
 * connection with `hello`; the counsellor's answers it with an offer. A hello that leads nowhere is said again.
 */
import { Emitter } from "../../chat/js/emitter.js";
import { Wire } from "../../chat/js/wire.js";
import { post } from "../../web/js/lib.js";
import { Devices } from "./devices.js";
import { PeerLine } from "./peerline.js";
import { Gauge, Ladder, judge } from "./quality.js";
import { answers } from "./relayed.js";

const HERE_MS = 5_000;
const SAMPLE_MS = 2_000;
/** Where frames go by long poll, news of the call are asked for this often. */
const PUMP_MS = 1_000;
/** A connection that does not come about in this time is begun anew. */
const PATIENCE_MS = 15_000;
/** A disturbance this short heals by itself; a longer one gets new candidates, again and again, each time more calmly. */
const HICCUP_MS = 2_500;
const RETRY_MS = 8_000;
const SLOWER = 1.5;
/** Both sides at once would start each other's attempts over: the counsellor's page tries, the other only after this. */
const COURTESY_MS = 20_000;
/** Without the relay for this long a call is over for now. */
const GIVE_UP_MS = 90_000;
const LAST_SECONDS = 60;
const IN = new Set(["waiting", "connecting", "live", "reconnecting"]);
const REFUSED = { 404: ["ended", "gone"], 410: ["ended", "time"], 409: ["unavailable", "off"] };

export class Call {
  #events = new Emitter();
  #setup;
  #devices = new Devices();
  #state = "idle";
  #line = null;
  #session = "";
  #other = "";
  #after = 0;
  #servers = [];
  #policy = "relay";
  #timers = {};
  #outbox = [];
  #troubledSince = 0;
  #tries = 0;
  #gauge = new Gauge();
  #ladder = new Ladder();
  #level = "";
  #warned = new Set();
  /** Each coming in has its number; going raises it, so that what comes late knows. */
  #coming = 0;
  #hasJoined = false;
  #skew = 0;
  #here;
  page = crypto.randomUUID();
  peer = null;
  remote = new MediaStream();

  constructor(setup, wire = new Wire(setup.urls.wire)) {
    this.#setup = setup;
    this.wire = wire;
    this.#here = setup.here;
    this.#skew = Date.parse(setup.now) - Date.now();
    this.#devices.on("changed", (media) => this.#mediaChanged(media));
    this.#devices.on("problem", (problem) => this.#events.emit("problem", problem));
    wire.on("state", ({ online }) => online && this.#subscribe());
    wire.on("call", (frame) => frame.meeting === setup.meeting && this.#stands(frame));
    wire.on("signal", (frame) => frame.meeting === setup.meeting && this.#heard(frame));
    wire.on("ended", () => this.#over("ended", "gone"));
    wire.on("error", ({ case: caseId, code }) => caseId === setup.case && code === "not_found" && this.#ask());
    addEventListener("leaving", ({ detail }) => detail.push(this.#vanish()));
    addEventListener("pagehide", () => this.#vanish());
    addEventListener("online", () => this.#disturbed());
    navigator.connection?.addEventListener("change", () => this.#disturbed());
    this.#timers.here = setInterval(() => this.#ask(), HERE_MS);
    if (setup.state === "ended") this.#say("ended", "time");
    else if (setup.calls === "off") this.#say("unavailable", "off");
    wire.start();
  }

  on(name, listener) {
    return this.#events.on(name, listener);
  }

  get state() {
    return this.#state;
  }

  get media() {
    return this.#devices.media;
  }

  get local() {
    return this.#devices.local;
  }

  set effect(effect) {
    this.#devices.effect = effect;
  }

  /* --- What the person does ---------------------------------------------------------------------------------------- */

  /** Asks for devices before anybody hears or sees anything. */
  async prepare({ microphone = true, camera = false } = {}) {
    if (microphone) await this.setMicrophone(true);
    if (camera) await this.setCamera(true);
  }

  async join() {
    if (IN.has(this.#state) || this.#state === "ended" || this.#setup.calls === "off") return;
    if (!globalThis.RTCPeerConnection || !navigator.mediaDevices) return this.#say("unavailable", "browser");
    const coming = ++this.#coming;
    this.#hasJoined = true;
    this.#say("connecting");
    if (!this.#devices.audio && !this.#devices.video) await this.setMicrophone(true).catch(() => undefined);
    if (coming !== this.#coming) return; // left meanwhile, as below
    if (!(await this.#enter()) || coming !== this.#coming) return;
    const relayed = this.#policy !== "relay" || (await answers(this.#servers));
    if (coming !== this.#coming) return;
    if (!relayed) return this.#withoutRelay();
    this.#say("waiting");
    this.#timers.pump = setInterval(() => this.wire.state.mode === "poll" && this.#subscribe(), PUMP_MS);
    this.#timers.sample = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#subscribe();
  }

  setMicrophone(on) {
    return this.#devices.setMicrophone(on);
  }

  async setCamera(on) {
    if (on && this.#setup.kind !== "video") throw new Error("voice only");
    await this.#devices.setCamera(on);
  }

  async setScreen(on) {
    if (on && this.#setup.side !== "counsellor") throw new Error("counsellors only");
    await this.#devices.setScreen(on);
  }

  use(chosen) {
    return this.#devices.use(chosen);
  }

  refreshCamera() {
    return this.#devices.refreshCamera();
  }

  devices() {
    return this.#devices.list();
  }

  level() {
    return this.#devices.level();
  }

  /** New candidates, by credentials that are new as well. */
  async restart() {
    if (!this.#line) return;
    await this.#renew();
    this.#line?.restart(this.#servers);
  }

  async leave() {
    this.#letGo();
    this.#say("idle");
    await this.#goOut();
  }

  async end() {
    this.#over("ended", "me");
    await this.#tell("end").catch(() => undefined);
  }

  /* --- The meeting -------------------------------------------------------------------------------------------------- */

  async #enter() {
    try {
      await this.#renew();
      return true;
    } catch (refused) {
      const [state, reason] = REFUSED[refused.status] ?? ["unavailable", "line"];
      if (IN.has(this.#state)) this.#over(state, reason);
      return false;
    }
  }

  async #renew() {
    const told = await this.#tell("enter");
    if (!IN.has(this.#state)) return this.#goOut(); // gone while the server was counting this page in
    this.#servers = told.servers;
    this.#policy = told.policy;
    this.#clock(told);
  }

  #tell(step) {
    return post(this.#setup.urls[step], { meeting: this.#setup.meeting, page: this.page });
  }

  async #goOut() {
    await this.#tell("leave").catch(() => undefined);
  }

  /** A sign of life, of nobody who has gone; whatever frame was lost, its news come this way too. */
  async #ask() {
    if (this.#state === "ended") return clearInterval(this.#timers.here);
    if (this.#hasJoined && !IN.has(this.#state)) return;
    const told = await this.#tell("here").catch((refused) => ({ state: refused.status === 404 ? "ended" : "" }));
    if (told.ends_at) this.#clock(told);
    if (told.here !== undefined && told.here !== this.#here) this.#sayHere(told.here);
    if (told.state === "ended" && this.#state !== "ended") this.#over("ended", this.#isOver ? "time" : "other");
    if (!IN.has(this.#state)) return;
    if (told.state === "replaced") this.#over("replaced");
    else if (told.state === "out" && this.#state !== "connecting") await this.#enter();
    this.#endsSoon();
  }

  #clock({ now, ends_at: endsAt }) {
    this.#skew = Date.parse(now) - Date.now();
    this.#setup.ends_at = endsAt;
  }

  /** Seconds until it ends, by the server's clock. */
  get left() {
    return (Date.parse(this.#setup.ends_at) - Date.now() - this.#skew) / 1000;
  }

  get #isOver() {
    return this.left <= 0;
  }

  #endsSoon() {
    const due = [this.#setup.warn_s, LAST_SECONDS].filter((seconds) => this.left <= seconds && !this.#warned.has(seconds));
    for (const seconds of due) this.#warned.add(seconds);
    if (due.length) this.#events.emit("ending", { seconds: Math.max(0, Math.round(this.left)) });
    if (this.#isOver) this.#over("ended", "time");
  }

  #subscribe() {
    if (!IN.has(this.#state)) return;
    this.wire.say({ type: "call", ...this.#place, after: this.#after });
    this.#flush();
  }

  get #place() {
    return { case: this.#setup.case, meeting: this.#setup.meeting, page: this.page };
  }

  /** How the meeting stands, as a `call` frame says. */
  #stands({ state, other }) {
    if (!IN.has(this.#state)) return;
    if (state === "ended") this.#over("ended", this.#isOver ? "time" : "other");
    else if (state === "replaced") this.#over("replaced");
    else if (state === "out") this.#ask();
    else if (state === "waiting") this.#alone();
    else if (other !== this.#other) this.#meet(other);
    if (IN.has(this.#state)) this.#sayHere(state === "both");
  }

  #alone() {
    if (this.#state === "connecting" && !this.#other) return;
    this.#drop();
    this.#other = "";
    this.#say("waiting");
  }

  #meet(other) {
    this.#drop();
    this.#other = other;
    this.#say("connecting");
    if (this.#setup.side === "seeker") this.#hello();
  }

  /* --- The connection ----------------------------------------------------------------------------------------------- */

  #hello() {
    this.#begin(crypto.randomUUID());
    this.#signal({ kind: "hello" });
    clearTimeout(this.#timers.patience);
    this.#timers.patience = setTimeout(() => this.#line?.state !== "connected" && this.#other && this.#hello(), PATIENCE_MS);
  }

  #begin(session) {
    this.#drop();
    this.#session = session;
    const mine = (then) => (given) => this.#session === session && then(given);
    this.#line = new PeerLine({
      servers: this.#servers,
      policy: this.#policy,
      polite: this.#setup.side === "seeker",
      hooks: {
        send: mine((body) => this.#signal(body)),
        track: mine((track) => this.#arrived(track)),
        state: mine((state) => this.#lineStands(state)),
        norelay: mine(() => this.#troubled()),
      },
    });
    this.#line.send(this.#tracks);
  }

  get #tracks() {
    return { audio: this.#devices.audio, video: this.#devices.video };
  }

  #heard({ page, n, body }) {
    if (n <= this.#after) return;
    this.#after = n;
    if (!IN.has(this.#state) || page !== this.#other || body.to !== this.page) return;
    if (body.kind === "hello" && this.#setup.side === "counsellor") {
      this.#begin(body.session);
      this.#line.offer();
    } else if (body.session !== this.#session) return;
    else if (body.kind === "state") this.#peerSays(body);
    else if (body.kind !== "hello" && body.kind !== "bye") this.#line?.hear(body);
  }

  #signal(body) {
    this.#outbox.push({ type: "signal", ...this.#place, body: { ...body, to: this.#other, session: this.#session } });
    this.#flush();
  }

  /** In order; what no line takes now goes with the next one, unless the connection it belongs to is gone by then. */
  #flush() {
    while (this.#outbox.length && this.wire.state.online) {
      const current = this.#outbox[0].body.session === this.#session;
      if (current && !this.wire.say(this.#outbox[0])) return;
      this.#outbox.shift();
    }
  }

  #arrived(track) {
    for (const old of this.remote.getTracks()) if (old.kind === track.kind) this.remote.removeTrack(old);
    this.remote.addTrack(track);
    this.#events.emit("remote", this.remote);
  }

  #lineStands(state) {
    if (state === "connected") {
      this.#troubledSince = this.#tries = 0;
      clearTimeout(this.#timers.heal);
      clearTimeout(this.#timers.patience);
      this.#say("live");
      this.#mediaChanged(this.media);
    } else if (state === "disconnected" || state === "failed") this.#troubled();
  }

  /** The line does not hold, or the relay gave nothing: new candidates until it does, or until that took too long. */
  #troubled() {
    if (!this.#line || !IN.has(this.#state)) return;
    if (this.#state === "live") this.#say("reconnecting");
    if (this.#troubledSince) return;
    this.#troubledSince = Date.now();
    this.#healIn(this.#setup.side === "counsellor" ? HICCUP_MS : COURTESY_MS);
  }

  #healIn(ms) {
    clearTimeout(this.#timers.heal);
    this.#timers.heal = setTimeout(() => this.#heal(), ms);
  }

  async #heal() {
    if (!this.#line || this.#line.state === "connected") return;
    if (Date.now() - this.#troubledSince > GIVE_UP_MS) return this.#withoutRelay();
    const calm = this.#setup.side === "counsellor" ? RETRY_MS : COURTESY_MS;
    this.#healIn(calm * SLOWER ** this.#tries++);
    await this.restart().catch(() => undefined);
  }

  /** The device changed networks: the old way may still look alive for half a minute. */
  #disturbed() {
    if (this.#line && IN.has(this.#state)) this.restart().catch(() => undefined);
  }

  async #withoutRelay() {
    this.#over("unavailable", "relay");
    await this.#goOut();
  }

  /* --- What is sent and how well ------------------------------------------------------------------------------------ */

  #mediaChanged(media) {
    this.#line?.send(this.#tracks);
    if (this.#state === "live") this.#signal({ kind: "state", ...media });
    this.#events.emit("media", media);
  }

  #peerSays({ microphone, camera, screen }) {
    this.peer = { microphone, camera, screen };
    this.#events.emit("peer", this.peer);
  }

  async #sample() {
    if (this.#state !== "live") return;
    const reading = this.#gauge.read(await this.#line.stats());
    const level = judge({ ...reading, silent: reading.silent && Boolean(this.peer?.microphone) });
    const before = this.#ladder.sends;
    const sends = this.#ladder.take(level);
    if (sends !== before) await this.#line?.limit(sends);
    if (level === this.#level && sends === before) return;
    this.#level = level;
    this.#events.emit("quality", { level, sends });
  }

  /* --- The end ------------------------------------------------------------------------------------------------------ */

  #over(state, reason = "") {
    this.#letGo();
    this.#say(state, reason);
  }

  #letGo() {
    this.#coming++;
    this.#drop();
    for (const name of ["pump", "sample"]) clearInterval(this.#timers[name]);
    clearTimeout(this.#timers.patience);
    this.#other = this.#session = "";
    this.#outbox = [];
    this.#devices.stop();
  }

  #drop() {
    clearTimeout(this.#timers.heal);
    this.#troubledSince = this.#tries = 0;
    this.#line?.close();
    this.#line = null;
    this.#session = "";
    for (const track of this.remote.getTracks()) this.remote.removeTrack(track);
    this.#gauge = new Gauge();
  }

  /** The page goes, at once and without a word to the person: nobody hears or sees anything more. */
  #vanish() {
    const joined = IN.has(this.#state);
    this.#letGo();
    this.#state = joined ? "idle" : this.#state;
    return joined ? this.#tell("leave").catch(() => undefined) : Promise.resolve();
  }

  #sayHere(here) {
    if (here === this.#here) return;
    this.#here = here;
    this.#events.emit("here", { here });
  }

  #say(state, reason = "") {
    if (state === this.#state && !reason) return;
    this.#state = state;
    this.#events.emit("state", { state, reason });
  }
}
