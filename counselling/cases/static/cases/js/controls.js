/** Buttons name what they do (`data-act`) and stand inside the case they do it to (`data-case`). */

/** `acts` maps names to functions that get the case's id, or undefined outside of one. */
export function listen(acts) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    closeMenus((menu) => button || !menu.contains(event.target));
    if (button) acts[button.dataset.act]?.(button.closest("[data-case]")?.dataset.case);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus((menu) => menu.contains(document.activeElement), { refocus: true });
  });
}

function closeMenus(matches, { refocus = false } = {}) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!matches(menu)) continue;
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
  }
}
