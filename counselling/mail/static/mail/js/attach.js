/* Attaching files to the letter that is being written: each is brought in pieces, one after the other, which the server
 * seals as they come (none is large enough to be put on a disk in clear). What is attached hangs on the form's `letter`. */
import { announce, h, icon, post, postBytes } from "../../web/js/lib.js";

const TRIES = 4;
const PATIENCE_MS = 1500;

const fill = (pattern, name) => pattern.replace("{name}", () => name);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* The line may have been gone for a moment, or others are being checked: asked again a few times. */
async function patiently(ask) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await ask();
    } catch (problem) {
      const passing = problem.code === "offline" || problem.code === "busy" || problem.status === 502;
      if (!passing || left <= 1) throw problem;
      await pause(PATIENCE_MS);
    }
  }
}

class Attaching {
  #root;
  #list;
  #queue = Promise.resolve();
  #busy = 0;
  #held = false;

  constructor(root) {
    this.#root = root;
    this.#list = root.querySelector("[data-list]");
    const early = [...(root.querySelector("input[name=file]")?.files ?? [])];
    for (const plain of root.querySelectorAll("[data-without]")) plain.remove();
    for (const item of this.#list.children) this.#removable(item, item.dataset.name);
    const input = root.querySelector("[data-input]");
    if (!input) return;
    root.querySelector("[data-choose]").hidden = false;
    input.addEventListener("change", () => {
      this.#choose([...input.files]);
      input.value = "";
    });
    root.closest("form")?.addEventListener("submit", (event) => this.#hold(event), true);
    if (early.length) this.#choose(early); // chosen before this script was there
  }

  /* A letter does not leave without what is just being attached to it. */
  #hold(event) {
    if (!this.#busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#held = true;
    const name = this.#list.querySelector("[data-busy] bdi")?.textContent ?? "";
    this.#complain(fill(this.#root.dataset.busy, name));
  }

  #choose(files) {
    this.#complain("");
    for (const file of files) {
      if (file.size > Number(this.#root.dataset.bytes)) this.#complain(fill(this.#root.dataset.large, file.name));
      else if (this.#list.children.length >= Number(this.#root.dataset.most)) this.#complain(this.#root.dataset.many);
      else this.#add(file);
    }
  }

  #add(file) {
    const progress = h("progress", { max: file.size, value: 0, "aria-label": fill(this.#root.dataset.busy, file.name) });
    const item = h("li", { class: "attached-file", "data-busy": true }, h("span", { class: "attached-name" }, icon("note"), h("bdi", {}, file.name)), progress);
    this.#list.append(item);
    this.#busy += 1;
    announce(fill(this.#root.dataset.busy, file.name));
    this.#queue = this.#queue.then(() => this.#bring(file, item, progress)).finally(() => { this.#busy -= 1; });
  }

  async #bring(file, item, progress) {
    let address = "";
    try {
      const begun = await patiently(() => post(this.#root.dataset.attach, { letter: this.#letter(), name: file.name, size: file.size }));
      this.#letter(begun.letter);
      address = `${this.#root.dataset.attach}${begun.file}/`;
      for (let number = 0, from = 0; from < file.size; number += 1, from += begun.piece) {
        await patiently(() => postBytes(`${address}${number}/`, file.slice(from, from + begun.piece)));
        progress.value = Math.min(file.size, from + begun.piece);
      }
      announce(fill(this.#root.dataset.checking, file.name));
      progress.removeAttribute("value");
      const done = await patiently(() => post(`${address}done/`));
      this.#attached(item, progress, done);
    } catch (problem) {
      item.remove();
      this.#complain(problem.message ? `${file.name}: ${problem.message}` : fill(this.#root.dataset.failed, file.name));
      if (address) post(`${address}remove/`).catch(() => {});
    }
  }

  #attached(item, progress, done) {
    progress.remove();
    item.removeAttribute("data-busy");
    item.dataset.file = done.file;
    item.querySelector("bdi").textContent = done.name;
    this.#removable(item, done.name);
    announce(fill(this.#root.dataset.done, done.name));
    if (this.#held) this.#complain("");
    this.#held = false;
  }

  #removable(item, name) {
    const label = fill(this.#root.dataset.remove, name);
    item.append(h("button", { type: "button", class: "btn btn-quiet btn-icon", "aria-label": label, "data-testid": "attached-remove", onclick: () => this.#remove(item, name) }, icon("close")));
  }

  async #remove(item, name) {
    this.#complain("");
    try {
      await patiently(() => post(`${this.#root.dataset.attach}${item.dataset.file}/remove/`));
      item.remove();
      announce(fill(this.#root.dataset.gone, name));
      this.#root.querySelector("[data-input]")?.focus();
    } catch (problem) {
      if (problem.status === 404) item.remove();
      else this.#complain(problem.message || fill(this.#root.dataset.failed, name));
    }
  }

  /* Under which id the form will send; the server may know this letter under another one. */
  #letter(known) {
    const field = this.#root.closest("form")?.elements.namedItem("letter");
    if (field && known && field.value !== known) {
      field.value = known;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return field?.value ?? "";
  }

  #complain(sentence) {
    const place = this.#root.querySelector("[data-error]");
    place.hidden = !sentence;
    place.querySelector("span").textContent = sentence;
  }
}

for (const root of document.querySelectorAll("[data-attach]")) new Attaching(root);
