/* Pictures stay covered until somebody wants to see them. Without this script they stay a link to the picture. */

function ready(preview) {
  const [link, button] = [preview.querySelector("[data-open]"), preview.querySelector("[data-unblur]")];
  preview.dataset.ready = "";
  button.hidden = false;
  link.tabIndex = -1;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    preview.toggleAttribute("data-shown", shown);
    link.tabIndex = shown ? 0 : -1;
  });
}

/* Also for letters that a script puts into the page later. */
export function coverPictures(root) {
  for (const preview of root.querySelectorAll("[data-preview]:not([data-ready])")) ready(preview);
}

coverPictures(document);
