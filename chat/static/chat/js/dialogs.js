/** Questions and the code in dialogs; without this script the same links and forms lead to pages of their own. */
import { announce } from "../../web/js/lib.js";
import { post } from "./form.js";

const $ = (id) => document.getElementById(id);

/** `words`, `urls` from the page; `keepDraft()` promises that unsent text is kept before the page is left. */
export function prepareDialogs({ words, urls }, keepDraft) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-dialog]");
    if (opener) open(event, opener.dataset.dialog);
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    closeMenus(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.dialog === "code-dialog") showCode(event, words, urls);
    if ("keepsDraft" in event.target.dataset) submitAfter(event, keepDraft);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));
  $("copy-code").addEventListener("click", () => copy(words));
}

/** The chat is covered when the page was out of sight, if its reader wishes so. The wish lives in this page alone. */
export function prepareCover() {
  const option = $("cover-option");
  const wished = () => option.getAttribute("aria-pressed") === "true";
  option.addEventListener("click", () => option.setAttribute("aria-pressed", String(!wished())));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && wished() && !$("cover").open) $("cover").showModal();
  });
}

function open(event, id) {
  event.preventDefault();
  closeMenus(null);
  $(id).showModal();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except)) continue;
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside && except === null) menu.querySelector("summary").focus();
  }
}

async function showCode(event, words, urls) {
  open(event, "code-dialog");
  $("code-error").textContent = "";
  try {
    $("code").textContent = (await post(urls.code)).code;
  } catch {
    $("code-error").textContent = words.codeFailed;
  }
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText($("code").textContent);
    announce(words.copied);
    $("copy-code").lastChild.textContent = words.copied;
  } catch {
    getSelection().selectAllChildren($("code"));
  }
}

async function submitAfter(event, keepDraft) {
  event.preventDefault();
  await keepDraft();
  event.target.submit();
}
