/** Before a call: who is there, and whether microphone and camera work. Nothing is asked of the browser before a tap. */
import { fill, timeOf } from "../../chat/js/say.js";
import { announce } from "../../web/js/lib.js";
import { isDenied, problemText } from "./callpage-devices.js";

const LOUD = 0.06;
const $ = (id) => document.getElementById(id);

export class Door {
  #call;
  #words;
  #named;
  #choices;
  #shown = true;
  #metering = false;
  #heard = false;
  /** Somebody switched their microphone off here: they come in silent. */
  #silent = false;

  constructor(call, { setup, words, named, choices }) {
    this.#call = call;
    this.#words = words;
    this.#named = named;
    this.#choices = choices;
    call.on("here", ({ here }) => this.#sayHere(here));
    call.on("media", () => this.#draw());
    call.on("problem", (problem) => this.#trouble(problem));
    this.#press("check-microphone", () => this.#toggleMicrophone());
    this.#press("check-camera", () => call.setCamera(!call.media.camera));
    this.#there(setup.here ? words.there.already : words.there.nobody);
  }

  show(shown) {
    this.#shown = shown;
    if (shown) this.#draw();
  }

  /** The devices to come in with: the microphone, unless it was switched off here. */
  async ready() {
    if (!this.#silent && !this.#call.media.microphone) await this.#call.setMicrophone(true);
  }

  #press(id, act) {
    $(id)?.addEventListener("click", () => {
      $("problem").hidden = true;
      act().catch(() => undefined);
    });
  }

  async #toggleMicrophone() {
    const on = !this.#call.media.microphone;
    this.#silent = !on;
    await this.#call.setMicrophone(on);
  }

  #sayHere(here) {
    const sentence = here ? this.#words.there.now : this.#words.there.gone;
    const said = this.#there(sentence);
    if (this.#shown) announce(said);
  }

  #there(sentence) {
    const line = $("there").lastElementChild;
    line.dataset.always ??= line.textContent;
    const said = fill(sentence, { ...this.#named, time: timeOf(new Date()) });
    line.textContent = `${said} ${line.dataset.always}`;
    return said;
  }

  #draw() {
    if (!this.#shown) return;
    const { microphone, camera } = this.#call.media;
    $("check-microphone").setAttribute("aria-pressed", String(microphone));
    $("check-camera")?.setAttribute("aria-pressed", String(camera));
    if ($("preview")) this.#preview(camera);
    $("meter").hidden = !microphone;
    if (microphone && !this.#metering) this.#measure();
    this.#choices.refresh();
  }

  /** A stream without a track would hold up the page's `load`. */
  #preview(camera) {
    $("preview").srcObject = camera ? this.#call.local : null;
    $("preview").hidden = !camera;
    $("preview-off").hidden = camera;
  }

  #measure() {
    this.#metering = true;
    this.#heard = false;
    $("heard").textContent = this.#words.devices.speak;
    const step = () => {
      if (!this.#shown || !this.#call.media.microphone) {
        this.#metering = false;
        return;
      }
      const level = this.#call.level();
      $("level").value = level;
      if (level > LOUD && !this.#heard) {
        this.#heard = true;
        $("heard").textContent = this.#words.devices.heard;
      }
      setTimeout(() => requestAnimationFrame(step), 60);
    };
    step();
  }

  #trouble(problem) {
    const sentence = problemText(this.#words.problem, problem);
    $("problem-text").textContent = sentence;
    $("allow").hidden = !isDenied(problem);
    $("problem").hidden = !sentence || !this.#shown;
  }
}
