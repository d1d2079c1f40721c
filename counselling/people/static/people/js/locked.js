/**
 * The locked page says every half minute that it is still open, so that chats stay assigned. Where another tab of this
 * browser unlocked or signed out, it goes on by itself, unless a password is being typed here.
 */
import { post } from "../../web/js/lib.js";

const EVERY_MS = 30_000;
const { stillHere, next } = document.getElementById("locked").dataset;

async function say() {
  const answer = await post(stillHere).catch(() => null);
  if (answer?.locked === false) location.replace(next);
}

setInterval(say, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || say());
new BroadcastChannel("team-activity").addEventListener("message", say);
say();
