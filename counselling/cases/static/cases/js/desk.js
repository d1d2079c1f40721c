/** The counsellor's desk: puts the parts together. What happens where is told by the modules' first lines. */
import { toast } from "../../chat/js/toast.js";
import { Wire } from "../../chat/js/wire.js";
import { announce, bootstrap, get, post } from "../../web/js/lib.js";
import { Actions } from "./actions.js";
import { Alerts } from "./alerts.js";
import { ChatsView } from "./chats.js";
import { Clock } from "./clock.js";
import { listen } from "./controls.js";
import { tell } from "./dialogs.js";
import { byId, fill, show } from "./dom.js";
import { Hearing } from "./hearing.js";
import { Link } from "./link.js";
import { Me } from "./me.js";
import { Desk } from "./model.js";
import { Panel } from "./panel.js";
import { QueueView } from "./queue.js";
import { Refresher } from "./refresher.js";
import { speak } from "./say.js";
import { Shortcuts } from "./shortcuts.js";
import { Stage } from "./stage.js";

const LABELS_MS = 15_000;
/** Whom I am claiming right now. */
let claimed = null;

const { urls, words, facts, fact_names: labels, text_max: max, wire: addresses } = bootstrap("desk-setup");
const root = byId("desk");
const desk = new Desk();
const clock = new Clock(words.time);
const wire = new Wire(addresses);
const alerts = new Alerts(words.alerts);
const link = new Link(words.link);
const refresher = new Refresher(load);
const queue = new QueueView(desk, { words, facts, clock });
const chats = new ChatsView(desk, { words, clock });
const actions = new Actions(desk, { urls, words, on: { did, failed } });
const me = new Me(desk, {
  words,
  on: { status: (status) => wish("status", { status }), capacity: (capacity) => wish("capacity", { capacity }) },
});
const panel = new Panel({
  words,
  labels,
  urls,
  clock,
  on: { loaded: (chat) => stage.of(chat)?.composer.restore(chat.panel.draft), said: toast },
});
const hearing = new Hearing(wire, desk, words.conversation, {
  changed,
  arrived,
  refused: toast,
  settled: (chat) => stage.of(chat)?.composer.arrived(),
  panel: (chat) => {
    refresher.ask();
    if (chat.panel) panel.load(chat);
  },
});
const on = {
  send: (chat, text) => wire.post(chat.id, text),
  typing: (chat) => wire.typing(chat.id),
  keep: (chat, text) => post(urls.draft, { case: chat.id, text }),
  takeBack: (chat, seq) => wire.takeBack(chat.id, seq),
  earlier: (chat) => hearing.earlier(chat),
  seen,
};
const stage = new Stage(desk, { words, clock, max, on }, (id) => id !== desk.active && desk.select(id));

/* --- What the server says ---------------------------------------------------------------------------------------- */

async function load() {
  const first = desk.state === null;
  const state = await get(urls.state).catch(unloaded);
  clock.sync(state.now);
  const { begun, gone, newcomers } = desk.adopt(state);
  link.update({ stale: "", nobody: state.service.alert });
  for (const line of byId("vault-banner").children) show(line, line.dataset.when === state.vault);
  root.setAttribute("aria-busy", "false");
  for (const chat of begun) begin(chat, first);
  for (const chat of gone) leave(chat);
  if (newcomers.length) alerts.raise("waiting");
}

function unloaded(refused) {
  if (refused.status === 403 || refused.status === 423) location.reload();
  link.update({ stale: refused.status && refused.status < 500 ? refused.message : words.link.stale });
  throw refused;
}

/** A chat is mine now: listen to it. Unless I opened it or the page this moment, that is worth a sound. */
function begin(chat, first) {
  hearing.open(chat);
  if (chat.id === desk.active) panel.load(chat);
  if (first || chat.id === claimed) return;
  alerts.raise("message");
  toast(fill(words.chats.begun, { name: chat.name }));
}

/** A chat is no longer mine: by my own doing, which was said already, or by somebody else's. */
function leave(chat) {
  wire.drop(chat.id);
  stage.drop(chat);
  if (!chat.left) toast(fill(words.chats.gone, { name: chat.name }));
}

function changed(chat, { own = false }) {
  stage.of(chat)?.update({ own });
  drawOverview();
}

function arrived(chat, entry) {
  const conversation = stage.of(chat);
  if (!conversation?.isRead) alerts.raise("message");
  const pattern = conversation?.isVisible ? words.conversation.said : words.conversation.elsewhere;
  speak(fill(pattern, { name: entry.role === "seeker" ? chat.name : entry.name, text: entry.text }));
  seen(chat);
}

/* --- What the counsellor does ------------------------------------------------------------------------------------ */

/** Sends one wish; a refusal is said kindly and handed on. */
async function wish(name, data) {
  try {
    const answer = await post(urls[name], data);
    refresher.ask({ now: true });
    return answer;
  } catch (refused) {
    failed(refused);
    throw refused;
  }
}

function failed(refused) {
  toast(refused.message || words.link.failed);
  refresher.ask({ now: true });
}

/** Something was done with a chat; where it left the desk, the focus goes to the list of chats. */
function did(chat, sentence, { leaves = false } = {}) {
  toast(sentence);
  refresher.ask({ now: true });
  if (!leaves) return;
  chat.left = true;
  setView("list");
  byId("chats-title").focus({ preventScroll: true });
}

/** Claims somebody and opens the chat; losing the race was said already. */
async function take(name, data = {}) {
  const taken = await wish(name, data).catch(() => null);
  if (!taken) return;
  claimed = taken.case;
  await load().catch(() => undefined);
  claimed = null;
  select(taken.case, { write: true });
}

function select(id, { write = false } = {}) {
  const chat = desk.chat(id);
  if (!chat) return;
  desk.select(id);
  setView("chat");
  announce(fill(words.chats.opened, { name: chat.name }));
  if (write && !chat.called && matchMedia("(pointer: fine)").matches) stage.of(chat).composer.input.focus();
}

/** What stands before the reader's eyes counts as read. */
function seen(chat) {
  const { lastSeq } = chat.timeline;
  if (lastSeq <= chat.readSeq || !stage.of(chat)?.isRead) return;
  chat.readSeq = lastSeq;
  wire.read(chat.id, lastSeq);
  drawOverview();
}

/* --- What is drawn ----------------------------------------------------------------------------------------------- */

function drawOverview() {
  if (!desk.state) return;
  queue.update();
  chats.update();
  me.update();
  alerts.badge(desk.pending);
}

function draw() {
  drawOverview();
  stage.arrange();
  panel.show(desk.chat(desk.active) ?? null);
  look();
}

function look() {
  for (const id of desk.shown) seen(desk.chat(id));
}

/** On a narrow screen one of "list", "chat" and "panel" is seen at a time. */
function setView(view) {
  root.dataset.view = view;
  look();
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
}

/* --- Wiring ------------------------------------------------------------------------------------------------------ */

const active = (then) => () => desk.active && then(desk.chat(desk.active));
const writeNote = active(() => {
  setView("panel");
  panel.focusNote();
});
const toggleSound = () => press(byId("sound"), (alerts.sound = !alerts.sound));

desk.on("overview", draw);
desk.on("selection", draw);
wire.on("desk", () => refresher.ask());
wire.on("service", ({ live }) => link.update({ live }));
wire.on("state", ({ online, mode }) => link.update({ online, mode }));
wire.on("ended", () => location.reload()); // locked, or signed out: the server knows which page comes now

listen({
  claim: (id) => take("claim", { case: id }),
  next: () => take("next"),
  select: (id) => select(id, { write: true }),
  list: () => setView("list"),
  chat: () => setView("chat"),
  panel: () => setView("panel"),
  keys: () => tell("keys"),
  ...Object.fromEntries(Object.entries(actions.byName).map(([name, act]) => [name, (id) => act(desk.chat(id))])),
});

const shortcuts = new Shortcuts(
  {
    n: () => take("next"),
    a: () => byId("queue").querySelector("[data-act=claim]:not([hidden])")?.click(),
    j: () => select(desk.neighbour(1)),
    k: () => select(desk.neighbour(-1)),
    r: active((chat) => stage.of(chat).composer.input.focus()),
    o: writeNote,
    u: active((chat) => actions.handover(chat)),
    e: active((chat) => actions.close(chat)),
    t: toggleSound,
    l: () => byId("lock-now").click(),
    "?": () => tell("keys"),
  },
  (n) => select(desk.ordered[n - 1]?.id),
);

byId("keys-on").addEventListener("change", ({ target }) => (shortcuts.on = target.checked));
byId("sound").addEventListener("click", toggleSound);
byId("split").addEventListener("click", ({ currentTarget }) => {
  desk.divide(!desk.split);
  press(currentTarget, desk.split);
});
byId("notify").addEventListener("click", async ({ currentTarget: button }) => {
  const wanted = !alerts.notifies;
  const allowed = await alerts.toggleNotify();
  press(button, allowed);
  if (wanted) toast(allowed ? words.alerts.allowed : words.alerts.refused);
});
press(byId("notify"), alerts.notifies);
document.addEventListener("screen:lock", ({ detail }) => {
  detail.wait(stage.save());
  if (detail.final) detail.wait(panel.save(desk.ordered));
});
addEventListener("focus", look);
document.addEventListener("visibilitychange", look);
setInterval(() => {
  drawOverview();
  stage.refresh();
}, LABELS_MS);

wire.start();
refresher.ask({ now: true });
