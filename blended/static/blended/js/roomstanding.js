/** The young person's card: alive wherever it stands; what happened in the case (`case:news`) is asked for anew. */
import { Standing } from "./standing.js";

const root = document.querySelector("[data-standing]");
if (root) {
  const standing = new Standing(root);
  document.addEventListener("case:news", () => standing.refresh());
}
