/** Keeps the room alive: one line to the server, and the view that fits the state of the case. */
import { announce, bootstrap, post } from "../../web/js/lib.js";
import { tellBack } from "./back.js";
import { Composer } from "./composer.js";
import { Conversation, ENDS } from "./conversation.js";
import { prepareCover, prepareDialogs } from "./dialogs.js";
import { Drafts, remainder } from "./drafts.js";
import { HelpFirst } from "./helpfirst.js";
import { LineState } from "./linestate.js";
import { refusalText } from "./notices.js";
import { fill } from "./say.js";
import { beckon, prepareSound, ring } from "./signals.js";
import { Silence } from "./silence.js";
import { toast } from "./toast.js";
import { followViewport } from "./viewport.js";
import { WaitingRoom } from "./waiting.js";
import { Wire } from "./wire.js";

const room = bootstrap("room");
const { words, urls } = room;
const $ = (id) => document.getElementById(id);
/** The chat is over, also where the case goes on in letters. */
const OVER = new Set(["closed", "letters"]);
let view = room.view;
let state = room.state;
let team = [];
let wasAway = false;

const wire = new Wire(urls);
const line = new LineState(words);
const help = new HelpFirst();
const field = view === "chat" ? $("text") : $("first");
const drafts = new Drafts(
  urls.draft,
  field.defaultValue,
  { waiting: view !== "chat", goesFirst: room.goesFirst },
  { onSaved: (at) => waiting.saved(at), onTrouble: () => waiting.notSaved(), onHelp: () => help.show() },
);
const waiting = new WaitingRoom(room, drafts);
const composer = new Composer($("composer"), {
  limit: room.limit,
  words,
  onChange: (text) => {
    drafts.change(text);
    if (text) wire.typing(room.case);
  },
  onSend: (text) => {
    conversation.send(text);
    drafts.flush();
  },
});
const silence = new Silence($("silence"), $("scroll"), () => post(urls.stay).catch((refused) => toast(refusalText(words.refused, refused.code))));
const conversation = new Conversation(room, wire, (text) => composer.takeBack(text));

function show(next) {
  if (next === view) return;
  view = next;
  for (const part of document.querySelectorAll("[data-views]")) part.hidden = !part.dataset.views.split(" ").includes(view);
  document.body.classList.toggle("in-chat", view === "chat");
  document.title = document.title.replace(/^(• )?.*?( · |$)/, `$1${words.titles[view]}$2`);
  if (view === "chat") conversation.shown();
}

/** The case as the server has it now. */
function follow({ state: next, seats }) {
  const before = state;
  state = next;
  seated(seats);
  if (next === "active") begun(before);
  else if (OVER.has(next)) ended();
}

/** What was written while waiting is sent by the server; what came after the last keeping goes on in the composer. */
async function begun(before) {
  $("over").hidden = true;
  composer.enabled = true;
  if (view === "chat") return;
  await drafts.begin();
  if (view === "chat") return;
  const typing = waiting.focused;
  const rest = remainder(waiting.text, drafts.safe);
  show("chat");
  composer.text = rest;
  if (typing) composer.focus();
  if (before === "active") return;
  ring();
  beckon();
}

/** A talk that ended stays on the screen until its reader goes on; a place that ended has a page of its own. */
function ended() {
  if (view !== "chat") {
    drafts.flush().then(() => location.reload());
    return;
  }
  composer.enabled = false;
  $("over-line").textContent = conversation.ending || words.notices.closed_counsellor;
  $("over").hidden = false;
}

function seated(seats) {
  team = seats;
  if (team.length > 0) conversation.who = $("who").textContent = namesOf(team);
  tellPresence();
}

function namesOf(seats) {
  return seats.map((seat) => seat.name).join(" + ");
}

/** Who is there, as far as we know; that somebody is gone or back is also said to who does not see it. */
function tellPresence() {
  const away = team.filter((seat) => !seat.here);
  $("presence").textContent = OVER.has(state) ? "" : wire.state.online ? presence(away) : words.connecting;
  $("nobody").hidden = state !== "active" || !wire.state.online || team.length === 0 || away.length < team.length;
  tellBack($("nobody-back"), !$("nobody").hidden);
  if (state !== "active" || !wire.state.online || wasAway === away.length > 0) return;
  wasAway = away.length > 0;
  announce(`${namesOf(team)}: ${presence(away)}`);
}

function presence(away) {
  if (team.length === 0) return words.searching;
  if (away.length === 0) return team.length > 1 ? words.hereMany : words.here;
  return team.length > 1 ? fill(words.awayNamed, { name: namesOf(away) }) : words.away;
}

/** Unless the reader is leaving by the quick exit: then nothing may come in its way. */
function goToStart() {
  if (!document.documentElement.classList.contains("gone")) location.replace(urls.start);
}

wire.on("state", ({ online }) => {
  line.online = online;
  tellPresence();
});
wire.on("ack", ({ help: helps }) => helps && help.show());
wire.on("service", ({ live }) => (line.live = live));
wire.on("case", follow);
wire.on("caught_up", follow);
wire.on("entry", (entry) => silence.entry(entry));
wire.on("entry", ({ code }) => {
  if (ENDS.has(code) && OVER.has(state)) ended();
});
wire.on("waiting", (place) => {
  waiting.place(place);
  if (view === "waiting" || view === "called") show(place.state === "called" ? "called" : "waiting");
});
wire.on("error", ({ code }) => (code === "not_found" ? goToStart() : toast(refusalText(words.refused, code))));
wire.on("ended", () => setTimeout(goToStart, 1_000));

function start() {
  conversation.open();
  wire.start();
}

// Whoever was faster than this script has typed already.
if (field.value !== field.defaultValue) drafts.change(field.value);
prepareSound();
prepareCover();
prepareDialogs(room, () => drafts.flush());
followViewport();
seated(room.seats);
if (view !== "closed" && view !== "ended") start();
