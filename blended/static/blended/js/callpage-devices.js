/** Which microphone, camera and loudspeaker, where there is a choice; and in plain words what is the matter with one. */
import { fill } from "../../chat/js/say.js";
import { toast } from "../../chat/js/toast.js";
import { h } from "../../web/js/lib.js";
import { Disguise } from "./callpage-disguise.js";

/** DOMException names, by what a person can do about them. */
const KINDS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  ended: "gone",
};
const $ = (id) => document.getElementById(id);

export function isDenied({ code, name }) {
  return code !== "screen" && KINDS[name] === "denied";
}

/** A sentence for a `problem` of the engine; empty where somebody simply changed their mind. */
export function problemText(words, { code, name }) {
  if (code === "screen") return KINDS[name] === "denied" ? "" : words.screen_busy;
  return words[`${code}_${KINDS[name] ?? "busy"}`] ?? "";
}

export class Choices {
  #call;
  #words;
  #disguise;

  constructor(call, words) {
    this.#call = call;
    this.#words = words;
    this.#disguise = new Disguise(call, (instead) => this.#sayInstead(instead));
    for (const kind of ["microphone", "camera"]) this.#listen(kind, (id) => call.use({ [kind]: id }));
    this.#listen("speaker", (id) => $("remote").setSinkId(id));
    for (const input of document.querySelectorAll("#looks input")) {
      input.addEventListener("change", () => this.#disguise.choose(input.value).catch(() => undefined));
    }
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.refresh());
    this.refresh();
  }

  /** What there is now; browsers name devices only after somebody allowed one. */
  async refresh() {
    const { microphones, cameras } = await this.#call.devices().catch(() => ({ microphones: [], cameras: [] }));
    this.#offer("microphone", microphones);
    this.#offer("camera", cameras);
    this.#offer("speaker", await speakers());
    this.#offerLooks();
    $("choices").hidden = ![...$("choices").children].some((one) => !one.hidden);
  }

  #listen(kind, act) {
    $(`choose-${kind}`).addEventListener("change", ({ target }) => Promise.resolve(act(target.value)).catch(() => undefined));
  }

  /** One device is no choice. The browser's own "default" is the first of them. */
  #offer(kind, devices) {
    const select = $(`choose-${kind}`);
    const named = devices.filter(({ id }) => id && id !== "default");
    select.closest(".field").hidden = named.length < 2;
    const [chosen, asked] = [select.value, kind === "camera" ? [] : [{ id: "", label: this.#words.usual }]];
    const options = [...asked, ...named.map(({ id, label }, n) => ({ id, label: label || fill(this.#words[kind], { n: n + 1 }) }))];
    select.replaceChildren(...options.map(({ id, label }) => h("option", { value: id, selected: id === chosen }, label)));
  }

  /** In words as well: somebody who wished for a blurred background sees why all of it is covered. */
  #sayInstead(instead) {
    const told = $("look-instead");
    if (instead && told.hidden) toast(told.textContent);
    told.hidden = !instead;
  }

  #offerLooks() {
    const field = $("looks");
    if (!field) return;
    const offered = this.#disguise.offered;
    for (const input of field.querySelectorAll("input")) input.closest("label").hidden = !offered.has(input.value);
    field.hidden = offered.size < 2;
  }
}

async function speakers() {
  if (!("setSinkId" in HTMLMediaElement.prototype)) return [];
  const found = await navigator.mediaDevices?.enumerateDevices?.().catch(() => []);
  return (found ?? []).filter(({ kind }) => kind === "audiooutput").map(({ deviceId: id, label }) => ({ id, label }));
}
