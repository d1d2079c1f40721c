/** How the desk draws attention without ever showing who wrote or what: sounds, the title's number, notifications. */

/** Tones in Hz, one after the other: somebody new waits rises, a message is one soft note. */
const TONES = { waiting: [523, 659, 784], message: [659] };
const NOTE_S = 0.16;
const LOUDNESS = 0.12;

export class Alerts {
  sound = true;
  #context = null;
  #title = document.title;
  #notify = globalThis.Notification?.permission === "granted";

  constructor(words) {
    this.words = words;
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.#wake(), { once: true });
  }

  get notifies() {
    return this.#notify;
  }

  /** Turns notifications on (the browser asks once) or off. Returns whether they are on now. */
  async toggleNotify() {
    const wanted = !this.#notify;
    this.#notify = wanted && (await globalThis.Notification?.requestPermission()) === "granted";
    return this.#notify;
  }

  /** "(2) Schreibtisch". */
  badge(count) {
    const title = count ? `(${count}) ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }

  /** `kind` is waiting or message. A notification only comes where the desk is out of sight. */
  raise(kind) {
    if (this.sound) this.#play(TONES[kind]);
    if (!this.#notify || (!document.hidden && document.hasFocus())) return;
    const note = new Notification(this.words[kind], { tag: kind, silent: true });
    note.onclick = () => {
      globalThis.focus();
      note.close();
    };
  }

  /** Browsers let a page sound only after it was touched. */
  #wake() {
    this.#context ??= new AudioContext();
    this.#context.resume();
  }

  #play(tones) {
    if (this.#context?.state !== "running") return;
    tones.forEach((hertz, index) => this.#note(hertz, this.#context.currentTime + index * NOTE_S));
  }

  #note(hertz, at) {
    const tone = new OscillatorNode(this.#context, { type: "sine", frequency: hertz });
    const level = new GainNode(this.#context, { gain: 0 });
    level.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    level.gain.linearRampToValueAtTime(0, at + NOTE_S);
    tone.connect(level).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + NOTE_S);
  }
}
