/** What else belongs to a live conversation, at its top: fetched anew when something of it changed. */
import { get, h, icon } from "../../web/js/lib.js";

const nav = document.querySelector("[data-on-top]");

/** Whether a notice of this code may change the lines. */
export function changes(code) {
  return Boolean(nav) && /^(date|card|referral)_/.test(code ?? "");
}

/** Shows what stands there now; while the line is gone, what stood there stays. */
export async function refresh() {
  let lines;
  try {
    ({ lines } = await get(nav.dataset.onTop));
  } catch {
    return;
  }
  nav.hidden = lines.length === 0;
  nav.replaceChildren(...lines.map(({ text, url, icon: name }) => h("a", { class: "on-top-line", href: url }, icon(name), h("span", {}, text), icon("chevron"))));
}
