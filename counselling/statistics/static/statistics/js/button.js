/*
 * The button on other websites: says beside a link whether the chat is open. It stores nothing, tells nobody anything,
 * and needs of that site's security policy only our origin in script-src and connect-src. A classic script, because a
 * module does not know which tag loaded it. How to use it: docs/button.md.
 */
"use strict";

{
  const LOOKS = `
    :where(.counselling-button) { display: inline-block; padding: .6em 1em; border: 2px solid; border-radius: .8em; line-height: 1.3; }
    :where(.counselling-button-state) { display: block; }
    :where(.counselling-button-state)::before { content: ""; display: inline-block; inline-size: .5em; block-size: .5em; margin-inline-end: .5em; border: 2px solid; border-radius: 50%; }
    :where([data-open="true"] > .counselling-button-state)::before { background: currentcolor; }
  `;

  const tag = document.currentScript;
  const home = new URL("/", tag.src);
  const language = tag.dataset.language === "en" ? "en" : "de";
  const link = linkBefore(tag) ?? newLink(tag);
  const state = document.createElement("span");
  state.className = "counselling-button-state";

  /** The link of the snippet, which also stands where no script runs. */
  function linkBefore(place) {
    const found = place.previousElementSibling;
    return found instanceof HTMLAnchorElement && found.origin === home.origin ? found : null;
  }

  /** Where an editor has thrown the link away. */
  function newLink(place) {
    const made = document.createElement("a");
    made.className = "counselling-button";
    made.href = home.href;
    made.referrerPolicy = "no-referrer";
    made.textContent = place.dataset.label || home.host;
    place.before(made);
    return made;
  }

  /** Rules without weight: whatever that site says about these classes wins. */
  function dress() {
    if (!("adoptedStyleSheets" in document)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOKS);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  async function ask() {
    try {
      const address = new URL(`/button.json?language=${language}`, home);
      const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
    } catch {
      state.remove(); // a link alone is better than a state that may be wrong
    }
  }

  function show(door) {
    state.textContent = door.text;
    state.lang = language;
    link.dataset.open = String(door.open === true);
    link.append(state);
  }

  dress();
  ask();
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}
