/** Silence ends a chat, and says so some minutes before: until a sign of life, one tap keeps it open. */
const SIGNS = new Set(["silence_soon", "still_here", "chat_began", "closed", "back_to_queue", "counsellor_lost"]);

/** Whether an entry says something about silence: whatever somebody wrote, the warning, and what makes it pointless. */
function counts({ kind, code }) {
  return kind !== "notice" || SIGNS.has(code);
}

/** Whether the last that counts among these entries, in their order, is the warning. */
export function isWarned(entries) {
  return entries.filter(counts).pop()?.code === "silence_soon";
}

/** Shows `form` while there is a warning; entries may come in any order, older ones change nothing. */
export class Silence {
  #seq = 0;

  /** `stay()` says that somebody is here; the answer comes as an entry. Focus goes to `next` when the form goes. */
  constructor(form, next, stay) {
    this.form = form;
    this.next = next;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      stay();
    });
  }

  entry(entry) {
    if (entry.seq <= this.#seq || !counts(entry)) return;
    this.#seq = entry.seq;
    const warned = isWarned([entry]);
    if (!warned && this.form.contains(document.activeElement)) this.next.focus();
    this.form.hidden = !warned;
  }
}
