/** The page of a text that both sides write. */
import { mount } from "./together.js";

for (const element of document.querySelectorAll("[data-together]")) mount(element);
