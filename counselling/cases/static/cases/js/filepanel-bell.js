/** Asks every twenty seconds whether an assessment of danger waits for my look, shows the bell and says so once. */
import { get } from "../../web/js/lib.js";

const EVERY_MS = 20_000;
const bell = document.getElementById("risk-bell");

async function look() {
  try {
    const { waiting } = await get(bell.dataset.url);
    if (waiting > 0 && bell.hidden) say(bell.dataset.said);
    bell.hidden = waiting === 0;
  } catch {
    // locked, offline or signed out: the next look tells
  }
}

function say(sentence) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = sentence;
}

look();
setInterval(look, EVERY_MS);
