/** The chats of appointments whose door is open, above the desk: who waits already, and the way in. */
import { get, h, icon } from "../../web/js/lib.js";

const AGAIN_MS = 15_000;
const root = document.querySelector("[data-reserved]");
const token = root.dataset.token;
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone });

function draw(chats) {
  const focused = root.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.id : null;
  root.querySelector("ul").replaceChildren(...chats.map(row));
  root.hidden = chats.length === 0;
  if (focused) root.querySelector(`li[data-id="${focused}"] button`)?.focus();
}

function row(chat) {
  const { at, waits, soon, ready, enter } = root.dataset;
  const stands = chat.waits ? waits : chat.ready ? ready : soon;
  return h(
    "li",
    { "data-id": chat.id, "data-testid": "reserved" },
    h("span", { class: "grow" }, h("strong", {}, at.replace("{time}", time.format(new Date(chat.at)))), " ", h("bdi", {}, chat.nickname), " · ", stands),
    (!chat.ready || chat.waits) && h("form", { method: "post", action: chat.enter }, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token }), h("button", { class: "btn btn-small btn-primary", "data-testid": "reserved-enter" }, icon("chat"), enter)),
  );
}

let shown = "";
let timer;
async function look() {
  clearTimeout(timer);
  const { chats } = await get(root.dataset.url).catch(() => ({}));
  const now = JSON.stringify(chats);
  if (chats && now !== shown) draw(chats);
  shown = now ?? shown;
  clearTimeout(timer);
  timer = setTimeout(look, AGAIN_MS);
}

// One that has begun is a chat like any other.
document.addEventListener("case:news", () => {
  if (root.hidden) return;
  clearTimeout(timer);
  timer = setTimeout(look, 500);
});
look();
