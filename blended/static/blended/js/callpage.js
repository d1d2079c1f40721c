/** The page of a call: before, during and after lie in one page; the engine's state says which of them is seen. */
import { refusalText } from "../../chat/js/notices.js";
import { countdown, fill, timeOf } from "../../chat/js/say.js";
import { toast } from "../../chat/js/toast.js";
import { followViewport } from "../../chat/js/viewport.js";
import { bootstrap } from "../../web/js/lib.js";
import { Call } from "./call.js";
import { Beside } from "./callpage-chat.js";
import { Choices, problemText } from "./callpage-devices.js";
import { Door } from "./callpage-door.js";
import { Stage } from "./callpage-stage.js";
import { WrittenTogether } from "./callpage-together.js";

const IN = new Set(["waiting", "connecting", "live", "reconnecting"]);
/** Both are there, so that one can write beside letters, too. */
const BOTH = new Set(["connecting", "live", "reconnecting"]);
/** After these one may come (back) in. */
const AGAIN = { left: "left", replaced: "replaced", unavailable_relay: "unavailable", unavailable_line: "unavailable" };
const $ = (id) => document.getElementById(id);
const setup = bootstrap("call-setup");
const { words } = setup;
/** A name keeps its own direction inside a sentence (Unicode isolates). */
const named = { name: `\u2068${words.who}\u2069` };

if (setup.state === "early") waitForTheDoor();
else if (setup.state === "open") begin();

function waitForTheDoor() {
  const opens = Date.parse(setup.opens_at) - Date.parse(setup.now) + Date.now();
  const tick = () => {
    if (Date.now() > opens + 1_000) location.reload();
    else $("opens").textContent = fill(words.there.opens, { time: countdown(opens) });
  };
  setInterval(tick, 1_000);
  tick();
}

function begin() {
  const call = new Call(setup);
  globalThis.call = call;
  const choices = new Choices(call, words.devices);
  const door = new Door(call, { setup, words, named, choices });
  const stage = new Stage(call, { words, named });
  const text = new WrittenTogether({ side: setup.side, words: words.line, line: (said) => stage.line("text", said) });
  const beside = new Beside(call.wire, {
    setup,
    words: words.chat,
    onNews: (count) => stage.news(count),
    onShown: () => text.seen(),
  });
  let phase = "before";
  let joined = false;

  /** Shows what belongs to a state. `kind` is a key of words.after, empty before and during a call. */
  function follow({ state, reason }) {
    const next = IN.has(state) ? "in" : state === "idle" && !joined ? "before" : "after";
    const kind = next === "after" ? (state === "idle" ? "left" : [state, reason].filter(Boolean).join("_")) : "";
    $("call-state").dataset.state = state;
    joined ||= next === "in";
    if (next === "after") afterwards(kind in words.after ? kind : "ended");
    offerToJoin(next, kind);
    stage.follow(state);
    beside.together(BOTH.has(state));
    if (next !== phase) turnTo(next);
    $("unavailable").hidden = state !== "unavailable";
    $("onward").hidden = next !== "after" || state === "unavailable";
    $("call-state").textContent = next === "after" ? `${$("after-title").textContent}. ${$("after-text").textContent}` : stage.sentence;
  }

  function turnTo(next) {
    phase = next;
    for (const part of document.querySelectorAll("[data-phases]")) part.hidden = !part.dataset.phases.split(" ").includes(next);
    document.body.classList.toggle("in-chat", next === "in");
    if (next === "in") {
      beside.begin();
      text.begin();
    } else $("settings").close();
    $(next === "in" ? "choices-in" : "choices-before").append($("choices"));
    door.show(next === "before");
    $(next === "in" ? "talk" : "after").focus();
    scrollTo(0, 0);
  }

  function afterwards(kind) {
    const { title, text } = words.after[kind];
    $("after-title").textContent = fill(title, named);
    $("after-text").textContent = fill(text, { ...named, time: timeOf(new Date(setup.ends_at)) });
    $("end-left").hidden = kind !== "left";
  }

  function offerToJoin(next, kind) {
    const label = next === "before" ? "first" : AGAIN[kind];
    $("join").hidden = !label;
    $("onward").firstElementChild.classList.toggle("btn-primary", !label);
    for (const words of $("join").querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== label;
  }

  /** What is refused was told by `problem` already. */
  const press = (id, act) => $(id)?.addEventListener("click", () => Promise.resolve(act()).catch(() => undefined));
  press("join", async () => {
    $("join").setAttribute("aria-busy", "true");
    await door.ready().catch(() => undefined);
    await call.join().finally(() => $("join").removeAttribute("aria-busy"));
  });
  press("leave", () => call.leave());
  for (const id of ["end-call", "end-left"]) press(id, () => call.end());
  press("microphone", () => call.setMicrophone(!call.media.microphone));
  press("camera", () => call.setCamera(!call.media.camera));
  press("screen", () => call.setScreen(!call.media.screen));
  press("restart", () => call.restart());
  press("open-settings", () => $("settings").showModal());
  press("close-settings", () => $("settings").close());
  press("open-chat", () => beside.toggle());
  press("close-chat", () => beside.toggle(false));
  keys(call);

  call.on("state", follow);
  call.on("problem", (problem) => {
    const sentence = problemText(words.problem, problem);
    if (sentence && phase === "in") toast(sentence);
  });
  call.wire.on("error", ({ code }) => phase === "in" && code !== "not_found" && toast(refusalText(words.chat.refused, code)));
  followViewport();
  $("check").hidden = false;
  follow({ state: call.state, reason: setup.calls === "off" ? "off" : "" });
}

/** M and the space bar, unless somebody writes, stands on something the space bar presses, or wished for no keys. */
function keys(call) {
  document.addEventListener("keydown", (event) => {
    const wished = event.key.toLowerCase() === "m" || event.key === " ";
    if (!wished || !$("keys").checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!IN.has(call.state) || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === " " && event.target.closest("button, a, summary, .chat-scroll")) return;
    event.preventDefault();
    call.setMicrophone(!call.media.microphone).catch(() => undefined);
  });
}
