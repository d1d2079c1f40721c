/** The desk's cards, one per conversation, and the menu that proposes; they wake up with the first news of their case. */
import { post } from "../../web/js/lib.js";
import { Standing } from "./standing.js";

const EMPTY = "00000000-0000-0000-0000-000000000000";
const known = new WeakMap();

document.addEventListener("case:news", ({ target, detail }) => {
  const conversation = target.closest?.(".conversation");
  if (!conversation) return;
  if (!known.has(conversation)) known.set(conversation, wake(conversation, detail.case));
  known.get(conversation).refresh();
});

function wake(conversation, caseId) {
  const root = conversation.querySelector("[data-standing]");
  const menu = conversation.querySelector("[data-ways]");
  for (const link of conversation.querySelectorAll("[data-href]")) link.href = link.dataset.href.replace(EMPTY, caseId);
  const standing = new Standing(root, { caseId, on: { drawn: ({ offered }) => offer(menu, offered) } });
  for (const button of menu.querySelectorAll("[data-propose-to]")) {
    button.addEventListener("click", () => propose(button.dataset.proposeTo));
  }
  async function propose(to) {
    menu.open = false;
    try {
      standing.draw(await post(root.dataset.propose, { case: caseId, to }));
    } catch (refused) {
      await standing.refresh();
      standing.refused(refused);
    }
  }
  return standing;
}

function offer(menu, offered) {
  for (const button of menu.querySelectorAll("[data-propose-to]")) button.hidden = !offered.includes(button.dataset.proposeTo);
  menu.querySelector("[data-no-ways]").hidden = offered.length > 0;
}
