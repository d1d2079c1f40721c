/** What both sides agreed on, at the top of a live conversation: fetched when it is new, kept nowhere on the device. */
import { get, h } from "../../web/js/lib.js";

const AGAIN_MS = [1_000, 4_000, 15_000];

export class Agreed {
  #root;
  #turn = 0;

  /** `root`: the <details> of cases/_agreed_top.html. */
  constructor(root, url = root.dataset.agreed) {
    this.#root = root;
    this.url = url;
  }

  /** Shows what holds now; asks again a few times where the line is gone. The newest question alone is answered. */
  async refresh() {
    const turn = (this.#turn += 1);
    for (const pause of [...AGAIN_MS, 0]) {
      try {
        const { agreements } = await get(this.url);
        if (turn === this.#turn) this.#draw(agreements);
        return;
      } catch (problem) {
        if (problem.code !== "offline" && problem.code !== "unavailable") return;
        await new Promise((done) => setTimeout(done, pause));
        if (turn !== this.#turn) return;
      }
    }
  }

  #draw([now, ...earlier]) {
    this.#root.hidden = !now;
    if (!now) return;
    this.#slot("first").textContent = this.#said(now);
    this.#slot("text").textContent = this.#said(now);
    this.#slot("by").textContent = now.by;
    this.#slot("before").hidden = earlier.length === 0;
    this.#slot("earlier").replaceChildren(
      ...earlier.flatMap((one) => [
        h("p", { class: "agreed-text", dir: "auto" }, this.#said(one)),
        h("p", { class: "soft small" }, one.by),
      ]),
    );
  }

  #said(agreement) {
    return agreement.text ?? this.#root.dataset.broken;
  }

  #slot(name) {
    return this.#root.querySelector(`[data-slot="agreed-${name}"]`);
  }
}
