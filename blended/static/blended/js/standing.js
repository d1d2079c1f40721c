/** The calm card of a case: what waits for an answer, the way into a call, a text together. Text only ever as text. */
import { get, h, post } from "../../web/js/lib.js";

const AGAIN_MS = 10_000;

export class Standing {
  #root;
  #case;
  #turn = 0;
  #timer;
  #state;
  #text;

  /** `root`: [data-standing]; `on.drawn(standing)` is told what was drawn. */
  constructor(root, { caseId = root.dataset.case, on = {} } = {}) {
    this.#root = root;
    this.#case = caseId;
    this.on = on;
    this.#state = root.dataset.state ?? "";
    this.#text = root.dataset.text ?? "";
    root.querySelector("form:has([name=change])").addEventListener("submit", (event) => this.#answered(event));
    document.addEventListener("visibilitychange", () => !document.hidden && this.#later(0));
    this.#later();
  }

  /** Asks how it stands now; the newest question alone is drawn. */
  async refresh() {
    const turn = (this.#turn += 1);
    const { now, side } = this.#root.dataset;
    try {
      const standing = await get(side === "seeker" ? now : `${now}?case=${this.#case}`);
      if (turn === this.#turn) this.draw(standing);
    } catch (refused) {
      if (turn === this.#turn && refused.status === 404) this.draw({ state: "", anonymity: [], offered: [], text: "" });
    }
    if (turn === this.#turn) this.#later();
  }

  /** As the server says it stands. */
  draw(standing) {
    const root = this.#root;
    const news = standing.state && standing.state !== this.#state ? standing.title : "";
    this.#state = standing.state;
    this.#text = standing.text;
    root.querySelector("[data-card]").hidden = !standing.state;
    this.#slot("title").textContent = standing.title ?? "";
    this.#slot("anonymity").replaceChildren(...standing.anonymity.map((line) => h("p", {}, line)));
    root.querySelector("[name=change]").value = standing.change ?? "";
    for (const element of root.querySelectorAll("[data-when]")) element.hidden = !this.#fits(element, standing);
    if (standing.meeting) root.querySelector("[data-testid=to-meeting]").href = standing.meeting;
    const joint = root.querySelector("[data-joint]");
    joint.hidden = !standing.text;
    for (const words of joint.querySelectorAll("[data-text-when]")) words.hidden = words.dataset.textWhen !== standing.text;
    this.#problem(null);
    if (news) this.#slot("spoken").textContent = [news, ...standing.anonymity].join(" ");
    this.on.drawn?.(standing);
  }

  /** Only what this page can do is sent by script; a way that is no JSON goes as the form does. */
  async #answered(event) {
    event.preventDefault();
    const buttons = [...this.#root.querySelectorAll("button[name=answer]")];
    const said = { change: event.target.elements.change.value, answer: event.submitter.value };
    for (const button of buttons) button.disabled = true;
    try {
      this.#turn += 1;
      this.draw(await post(this.#root.dataset.answer ?? event.target.getAttribute("action"), said));
    } catch (refused) {
      await this.refresh();
      this.#problem(refused);
    }
    for (const button of buttons) button.disabled = false;
    this.#later();
  }

  /** A refusal from elsewhere (a proposal of the desk's menu) is said here as well. */
  refused(refused) {
    this.#root.querySelector("[data-card]").hidden = false;
    this.#problem(refused);
  }

  #problem(refused) {
    const line = this.#slot("problem");
    line.hidden = !refused;
    line.textContent = refused?.message ?? "";
    const keep = this.#slot("keep");
    if (keep) keep.hidden = refused?.code !== "needs_way_back";
  }

  #fits({ dataset }, { state, talk, back }) {
    if (!dataset.when.split(" ").includes(state)) return false;
    if ("back" in dataset) return back;
    return !dataset.about || dataset.about === (talk ? "talk" : "write");
  }

  /** What ends by itself is asked for now and then, as long as somebody looks. */
  #later(after = AGAIN_MS) {
    clearTimeout(this.#timer);
    if (!this.#state && !this.#text) return;
    this.#timer = setTimeout(() => (document.hidden ? null : this.refresh()), after);
  }

  #slot(name) {
    return this.#root.querySelector(`[data-slot=${name}]`);
  }
}
