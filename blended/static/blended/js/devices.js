/** Microphone, camera and screen of this side. The camera is off until somebody switches it on; off means its light is out. */
import { Emitter } from "../../chat/js/emitter.js";

const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 } };

/**
 * Events: `changed` when what is sent changes, `problem {code, name}` when a device cannot be had.
 * `audio` and `video` are the tracks to send, or null.
 */
export class Devices {
  #events = new Emitter();
  #chosen = { microphone: "", camera: "" };
  #raw = null; // the camera's own track, where an effect stands between it and what is sent
  #microphone = null;
  #camera = null;
  #screen = null;
  #meter = null;
  /** Each device is switched on by one wish after the other; "off" and the end of a call do not wait for their turn. */
  #turns = { microphone: Promise.resolve(), camera: Promise.resolve(), screen: Promise.resolve() };
  /** Raised by "off" and by the end: what is allowed only after that is let go of at once. */
  #generations = { microphone: 0, camera: 0, screen: 0 };
  /** What is shown of oneself. */
  local = new MediaStream();
  effect = null;

  on(name, listener) {
    return this.#events.on(name, listener);
  }

  get media() {
    return {
      microphone: this.#microphone !== null && this.#microphone.enabled,
      camera: this.#camera !== null && this.#screen === null,
      screen: this.#screen !== null,
    };
  }

  get audio() {
    return this.#microphone;
  }

  get video() {
    return this.#screen ?? this.#camera;
  }

  async setMicrophone(on) {
    if (on) return this.#wish("microphone", (wanted) => this.#openMicrophone(wanted));
    this.#generations.microphone++;
    if (this.#microphone) this.#microphone.enabled = false;
    this.#changed();
  }

  async setCamera(on) {
    if (on) return this.#wish("camera", (wanted) => this.#openCamera(wanted));
    this.#generations.camera++;
    this.#dropCamera();
    this.#changed();
  }

  async setScreen(on) {
    if (on) return this.#wish("screen", (wanted) => this.#openScreen(wanted));
    this.#generations.screen++;
    this.#screen?.stop();
    this.#screen = null;
    this.#changed();
  }

  /** Other devices, at once where they are on. */
  async use({ microphone = this.#chosen.microphone, camera = this.#chosen.camera }) {
    const other = { microphone: microphone !== this.#chosen.microphone, camera: camera !== this.#chosen.camera };
    this.#chosen = { microphone, camera };
    if (other.microphone) await this.#queue("microphone", () => this.#otherMicrophone());
    if (other.camera) await this.refreshCamera();
  }

  /** The camera once more, through the effect as it is now. */
  async refreshCamera() {
    await this.#wish("camera", async (wanted) => {
      if (!this.#camera) return;
      this.#dropCamera();
      await this.#openCamera(wanted).catch((failed) => {
        this.#changed();
        throw failed;
      });
    });
  }

  async list() {
    const found = await navigator.mediaDevices.enumerateDevices();
    const named = (kind) => found.filter((one) => one.kind === kind).map(({ deviceId: id, label }) => ({ id, label }));
    return { microphones: named("audioinput"), cameras: named("videoinput") };
  }

  /** How loud one is right now, 0 to 1. */
  level() {
    if (!this.#microphone?.enabled) return 0;
    this.#meter ??= meterOf(this.#microphone);
    return this.#meter.read();
  }

  /** Lets go of everything: every light is out. */
  stop() {
    for (const kind in this.#generations) this.#generations[kind]++;
    this.#endMeter();
    for (const track of [this.#microphone, this.#raw, this.#camera, this.#screen]) track?.stop();
    this.#microphone = this.#camera = this.#raw = this.#screen = null;
    this.#changed();
  }

  /** `act` when those before it are done; `wanted()` says whether it is still wished for then, and after each wait. */
  #wish(kind, act) {
    const generation = this.#generations[kind];
    const wanted = () => generation === this.#generations[kind];
    return this.#queue(kind, () => (wanted() ? act(wanted) : undefined));
  }

  #queue(kind, act) {
    const done = this.#turns[kind].then(act);
    this.#turns[kind] = done.catch(() => undefined);
    return done;
  }

  async #openMicrophone(wanted) {
    if (!this.#microphone) {
      const track = await this.#ask("microphone");
      if (!wanted()) return track.stop();
      this.#holdMicrophone(track);
    }
    this.#microphone.enabled = true;
    this.#changed();
  }

  /** Instead of the one that is open; as loud or as silent as that one is by then. */
  async #otherMicrophone() {
    if (!this.#microphone) return;
    const track = await this.#ask("microphone");
    if (!this.#microphone) return track.stop();
    track.enabled = this.#microphone.enabled;
    this.#holdMicrophone(track);
    this.#changed();
  }

  async #openCamera(wanted) {
    if (this.#camera) return;
    const raw = await this.#ask("camera");
    if (!wanted()) return raw.stop();
    this.#raw = raw;
    const track = await this.#dressed(raw);
    if (!wanted()) return track.stop();
    this.#camera = track;
    raw.addEventListener("ended", () => this.#pulledOut("camera", track));
    this.#changed();
  }

  /** What is sent of the camera; where that fails, the camera is off. */
  async #dressed(raw) {
    if (!this.effect) return raw;
    try {
      return await this.#trying("camera", () => this.effect(raw));
    } catch (failed) {
      raw.stop();
      if (this.#raw === raw) this.#raw = null;
      throw failed;
    }
  }

  async #openScreen(wanted) {
    if (this.#screen) return;
    const stream = await this.#trying("screen", () => navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }));
    const [track] = stream.getVideoTracks();
    if (!wanted()) return track.stop();
    track.addEventListener("ended", () => this.#screen === track && this.setScreen(false));
    this.#screen = track;
    this.#changed();
  }

  async #ask(kind) {
    const device = this.#chosen[kind] ? { deviceId: { exact: this.#chosen[kind] } } : {};
    const wanted = kind === "microphone" ? { audio: { ...SOUND, ...device } } : { video: { ...PICTURE, ...device } };
    const stream = await this.#trying(kind, () => navigator.mediaDevices.getUserMedia(wanted));
    return stream.getTracks()[0];
  }

  async #trying(code, ask) {
    try {
      return await ask();
    } catch (refused) {
      this.#events.emit("problem", { code, name: refused.name ?? "" });
      throw refused;
    }
  }

  #holdMicrophone(track) {
    this.#endMeter();
    this.#microphone?.stop();
    this.#microphone = track;
    track.addEventListener("ended", () => this.#pulledOut("microphone", track));
  }

  #pulledOut(kind, track) {
    if (kind === "microphone" && this.#microphone === track) this.#microphone = null;
    else if (kind === "camera" && this.#camera === track) this.#dropCamera();
    else return;
    this.#events.emit("problem", { code: kind, name: "ended" });
    this.#changed();
  }

  #dropCamera() {
    this.#raw?.stop();
    this.#camera?.stop();
    this.#camera = this.#raw = null;
  }

  #endMeter() {
    this.#meter?.close();
    this.#meter = null;
  }

  #changed() {
    for (const track of this.local.getTracks()) if (track !== this.video) this.local.removeTrack(track);
    if (this.video && !this.local.getTracks().includes(this.video)) this.local.addTrack(this.video);
    this.#events.emit("changed", this.media);
  }
}

function meterOf(track) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      return Math.min(1, Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length) * 4);
    },
    close: () => context.close(),
  };
}
