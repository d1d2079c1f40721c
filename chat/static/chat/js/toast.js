/** A short sentence for everybody: what was done, refused or lost. Focus stays where it is. */
const TOAST_MS = 6_000;

/** Shown and announced (#toasts has role=status) for a few seconds; a new one takes the place of the old one. */
export function toast(text) {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  document.getElementById("toasts").replaceChildren(line);
  setTimeout(() => line.remove(), TOAST_MS);
}
