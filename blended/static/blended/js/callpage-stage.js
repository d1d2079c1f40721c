/** During a call: the pictures, how both microphones and the line are, how long it goes on. It draws; callpage.js acts. */
import { fill, timeOf } from "../../chat/js/say.js";
import { announce } from "../../web/js/lib.js";

const $ = (id) => document.getElementById(id);

export class Stage {
  #call;
  #words;
  #named;
  #state = "idle";
  #waitsSince = null;
  #liveSince = null;
  #wasLive = false;
  #warned = false;
  /** Whose microphone was last told to be on. */
  #told = {};
  #quality = { level: "good", sends: "video" };

  constructor(call, { words, named }) {
    this.#call = call;
    this.#words = words;
    this.#named = named;
    call.on("remote", (stream) => this.#hear(stream));
    call.on("media", (media) => this.#mine(media));
    call.on("peer", (peer) => this.#theirs(peer));
    call.on("quality", (quality) => this.#judged(quality));
    call.on("ending", ({ seconds }) => this.#endsIn(seconds));
    $("hear").addEventListener("click", () => this.#play());
    if (!navigator.mediaDevices?.getDisplayMedia) $("screen")?.remove();
    setInterval(() => this.#tick(), 1_000);
    this.#mine(call.media);
  }

  /** How it stands, in a sentence. */
  get sentence() {
    const { state } = this.#words;
    if (this.#state === "waiting") return fill(this.#wasLive ? state.left : state.waiting, this.#named);
    return state[this.#state] ?? "";
  }

  follow(state) {
    this.#state = state;
    if (state === "live") this.#wasLive = true;
    else if (state === "idle" || state === "ended") this.#forget();
    this.#waitsSince = state === "waiting" ? (this.#waitsSince ?? new Date()) : null;
    this.#liveSince = ["live", "reconnecting"].includes(state) ? (this.#liveSince ?? Date.now()) : null;
    $("mood").textContent = state === "waiting" || state === "connecting" ? this.sentence : "";
    $("mood-since").textContent = this.#waitsSince ? fill(this.#words.state.since, { time: timeOf(this.#waitsSince) }) : "";
    this.line("trouble", state === "reconnecting" ? this.#words.state.reconnecting : "");
    if (state !== "live" && state !== "reconnecting") this.line("quality", "");
    else this.#judged(this.#quality, true);
    this.#theirs(state === "live" || state === "reconnecting" ? this.#call.peer : null);
    this.#tick();
  }

  /** How many messages nobody has looked at. */
  news(count) {
    $("news").textContent = String(count);
    $("news").hidden = count === 0;
    const words = count === 1 ? this.#words.line.unread_one : fill(this.#words.line.unread_many, { n: count });
    $("news-words").textContent = count ? ` ${words}` : "";
  }

  #forget() {
    this.#told = {};
    this.#wasLive = false;
    this.#quality = { level: "good", sends: "video" };
    $("remote").srcObject = null;
  }

  #hear(stream) {
    $("remote").srcObject = stream;
    this.#play();
  }

  /** A browser that wants a tap before it plays sound gets one. */
  #play() {
    $("remote").play().then(() => ($("hear").hidden = true), ({ name }) => ($("hear").hidden = name !== "NotAllowedError"));
  }

  #mine({ microphone, camera, screen }) {
    for (const [id, on] of Object.entries({ microphone, camera, screen })) $(id)?.setAttribute("aria-pressed", String(on));
    this.line("me", microphone ? "" : this.#words.line.muted);
    this.#tell("me", microphone, this.#words.line.unmuted, this.#words.line.muted);
    this.line("screen", screen ? this.#words.line.screen : this.#call.peer?.screen ? fill(this.#words.line.peer_screen, this.#named) : "");
    const shows = camera || screen;
    // A stream without a track would hold up the page's `load`.
    $("local").srcObject = shows ? this.#call.local : null;
    $("local").classList.toggle("talk-mirror", !screen);
    $("own").hidden = !shows;
  }

  #theirs(peer) {
    $("stage").dataset.picture = peer?.screen ? "screen" : peer?.camera ? "camera" : "none";
    this.line("peer", peer && !peer.microphone ? fill(this.#words.line.peer_muted, this.#named) : "");
    if (peer) this.#tell("peer", peer.microphone, ...["peer_unmuted", "peer_muted"].map((code) => fill(this.#words.line[code], this.#named)));
    this.#mine(this.#call.media);
  }

  /** Said once when it changes during the call; how it began is seen on the page. */
  #tell(who, on, sentence, silent) {
    const before = this.#state === "live" ? this.#told[who] : undefined;
    // Whoever hangs up lets go of the microphone a moment before the state says so.
    if (before !== undefined && before !== on) queueMicrotask(() => this.#state === "live" && announce(on ? sentence : silent));
    this.#told[who] = on;
  }

  /** `good` is a word beside the name; what disturbs stands on the picture. */
  #judged({ level, sends }, again = false) {
    this.#quality = { level, sends };
    const paused = sends === "audio" && this.#call.media.camera;
    const sentence = this.#words.line[paused && level !== "good" ? `${level}_paused` : level];
    for (const one of ["good", "weak", "poor"]) $(`quality-${one}`).hidden = one !== level;
    this.line("quality", sentence);
    if (!again) announce(sentence);
  }

  #endsIn(seconds) {
    this.#warned = true;
    this.#tick();
    const minutes = Math.max(1, Math.round(seconds / 60));
    announce(this.#endWords(minutes));
  }

  #endWords(minutes) {
    return minutes <= 1 ? this.#words.line.ends_soon : fill(this.#words.line.ends, { n: minutes });
  }

  #tick() {
    $("talk-line").textContent = this.#liveSince ? `${this.#words.state.live} · ${clock(Date.now() - this.#liveSince)}` : "";
    this.line("ends", this.#warned ? this.#endWords(Math.max(1, Math.ceil(this.#call.left / 60))) : "");
  }

  line(name, text) {
    const line = $(`line-${name}`);
    if (line.lastElementChild.textContent !== text) line.lastElementChild.textContent = text;
    line.hidden = !text;
  }
}

/** "4:07" */
function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
