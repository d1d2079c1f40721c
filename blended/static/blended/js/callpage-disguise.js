/**
 * How one's own picture leaves the device: as it is, with what is behind one blurred (where camera or system do that by
 * themselves), or veiled: so few spots of colour that no face can be made out of them again, whoever tries. Where the
 * blur that somebody chose does not hold, the picture is veiled: less is never hidden than was asked for.
 */

/** So many spots; a face is then about two of them wide. */
const GRAIN = { width: 16, height: 12 };
const PICTURE = { width: 320, height: 240 };
const FRAME_MS = 80;

export class Disguise {
  #call;
  #look = "clear";
  #blurs = false;
  #onInstead;

  /** `onInstead(bool)`: whether the picture is veiled because it could not be blurred. */
  constructor(call, onInstead) {
    this.#call = call;
    this.#onInstead = onInstead;
    call.effect = (track) => this.#dress(track);
  }

  /** "clear" and whatever else this device can do. */
  get offered() {
    const looks = new Set(["clear"]);
    if (this.#blurs) looks.add("background");
    if ("captureStream" in HTMLCanvasElement.prototype) looks.add("veiled");
    return looks;
  }

  async choose(look) {
    this.#look = look;
    if (look !== "background") this.#onInstead(false);
    await this.#call.refreshCamera();
  }

  async #dress(track) {
    this.#blurs = (track.getCapabilities?.().backgroundBlur ?? []).includes(true);
    const wished = this.#look === "background";
    if (this.#blurs) await track.applyConstraints({ backgroundBlur: wished }).catch(() => undefined);
    const instead = wished && !isBlurred(track);
    if (wished && !instead) track.addEventListener("configurationchange", () => this.#stillBlurred(track));
    this.#onInstead(instead);
    return instead || this.#look === "veiled" ? veil(track) : track;
  }

  /** Somebody switched it off in the system's own settings. */
  #stillBlurred(track) {
    const uncovered = track.readyState === "live" && this.#look === "background" && !isBlurred(track);
    if (uncovered) this.#call.refreshCamera().catch(() => undefined);
  }
}

function isBlurred(track) {
  return track.getSettings?.().backgroundBlur === true;
}

/** Nothing is drawn before the first spots are there, and nothing after the camera was let go. */
function veil(track) {
  const camera = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  const [spots, picture] = [GRAIN, PICTURE].map((size) => Object.assign(document.createElement("canvas"), size));
  const [few, many] = [spots, picture].map((canvas) => canvas.getContext("2d"));
  camera.play().catch(() => undefined);
  const timer = setInterval(() => {
    if (track.readyState === "ended") return clearInterval(timer);
    if (camera.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    few.drawImage(camera, 0, 0, GRAIN.width, GRAIN.height);
    many.drawImage(spots, 0, 0, PICTURE.width, PICTURE.height);
  }, FRAME_MS);
  return picture.captureStream(1_000 / FRAME_MS).getVideoTracks()[0];
}
