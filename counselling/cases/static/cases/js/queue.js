/** Who waits: in the server's order, with what they chose to tell. */
import { KeyedList, byId, drawDanger, fill, put, setAttribute, show, slot } from "./dom.js";

/** So many topics tell enough for a choice; all of them are in the case panel. */
const TOPICS = 3;

export class QueueView {
  #list;

  constructor(desk, { words, facts, clock }) {
    Object.assign(this, { desk, words: words.queue, since: words.time.since, facts, clock });
    this.#list = new KeyedList(byId("queue"), "queue-item", (node, row) => this.#draw(node, row), byId("queue-title"));
    this.languages = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
  }

  update() {
    const { queue, state } = this.desk;
    const mine = [...this.desk.chats.values()].filter((chat) => chat.called).length;
    const total = Math.max(queue.length, state.queue_total - mine);
    byId("queue-title").textContent = fill(this.words.title, { n: total });
    this.#list.update(queue);
    this.#hint(total - queue.length, state.me.status === "here");
  }

  #hint(more, here) {
    const empty = this.desk.queue.length === 0;
    const hint = byId("queue-hint");
    show(hint, empty || more > 0);
    hint.textContent = empty ? (here ? this.words.empty_here : this.words.empty_away) : fill(this.words.more, { n: more });
    show(byId("be-here"), !here);
  }

  #draw(node, row) {
    node.dataset.case = row.case;
    put(node, "nickname", row.nickname);
    drawDanger(node, row.danger, this.words.danger);
    for (const mark of ["urgent", "hinted", "front", "known"]) show(slot(node, mark), row[mark]);
    put(node, "since", fill(this.since, { time: this.clock.span(row.since) }));
    put(node, "facts", ` · ${this.#facts(row.facts)}`);
    const state = row.called_by ? fill(this.words.called, { name: row.called_by }) : row.present ? "" : this.words.absent;
    show(put(node, "state", state), Boolean(state));
    const claim = slot(node, "claim");
    show(claim, !row.called_by);
    setAttribute(claim, "aria-label", fill(this.words.claim, { name: row.nickname }));
  }

  #facts({ for_whom: forWhom, age_band: age, gender, language, strain, topics }) {
    const told = [
      this.facts.age_band[age],
      forWhom === "other" && this.facts.for_whom[forWhom],
      gender !== "no_answer" && this.facts.gender[gender],
      language !== document.documentElement.lang && language && this.languages.of(language),
      this.#topics(topics),
      strain && fill(this.words.strain, { n: strain }),
    ];
    return told.filter(Boolean).join(" · ") || this.words.no_facts;
  }

  #topics(codes) {
    const names = codes.slice(0, TOPICS).map((code) => this.facts.topics[code] ?? code);
    return [...names, ...(codes.length > TOPICS ? [`+ ${codes.length - TOPICS}`] : [])].join(", ");
  }
}
