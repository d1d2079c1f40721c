/** A spoken line for each incoming message. */
import { byId } from "./dom.js";

const SPOKEN_LINES = 20;

/** Said once, with its author (role=log). The timeline is no live region, so own messages are never read out. */
export function speak(text) {
  const heard = byId("heard");
  const line = document.createElement("p");
  line.dir = "auto";
  line.textContent = text;
  heard.append(line);
  while (heard.children.length > SPOKEN_LINES) heard.firstChild.remove();
}
