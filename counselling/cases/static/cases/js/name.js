/** "Another name" at once, from a handful that came with the page; after the last one the form asks for more. */
import { bootstrap } from "../../web/js/lib.js";

const names = bootstrap("names").slice(1);
const field = document.getElementById("nickname");

document.getElementById("another").addEventListener("click", (event) => {
  const name = names.shift();
  if (!name) return;
  event.preventDefault();
  field.value = name;
  field.removeAttribute("aria-invalid");
});
