/** At the door of an agreed chat: says again and again that somebody is here, and goes in once the other is. */
import { post } from "../../web/js/lib.js";

const AGAIN_MS = 4000;
const root = document.querySelector("[data-chat-door]");
const form = root.querySelector("form");

async function look() {
  try {
    const { runs } = await post(form.getAttribute("action"), {});
    if (runs) return location.assign(root.dataset.room);
  } catch (refused) {
    // Called off, over, signed out: the page itself says so. A line that is gone comes back.
    if (refused.status >= 400 && refused.status < 500 && refused.status !== 429) return location.reload();
  }
  setTimeout(look, AGAIN_MS);
}

look();
