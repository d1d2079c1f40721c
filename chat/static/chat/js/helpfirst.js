/**
 * Whom one can reach at once, shown where the young person writes as soon as a word gave reason to. It blocks nothing,
 * and whoever puts it away is left in peace on this page.
 */
import { announce } from "../../web/js/lib.js";

export class HelpFirst {
  #places = document.querySelectorAll("[data-help-first]");
  #strip = document.getElementById("help-strip");
  #away = false;

  constructor() {
    document.getElementById("help-away").addEventListener("click", () => this.#putAway());
  }

  show() {
    if (this.#away || [...this.#places].every((place) => !place.hidden)) return;
    for (const place of this.#places) place.hidden = false;
    this.#strip.hidden = true;
    announce(document.getElementById("help-first-title").textContent);
  }

  #putAway() {
    this.#away = true;
    document.getElementById("help-chat").hidden = true;
    this.#strip.hidden = false;
    document.getElementById("text").focus();
  }
}
