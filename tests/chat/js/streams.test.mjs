// Gaps that never close: a row that was deleted must not stop a conversation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Streams } from "../../../chat/static/chat/js/streams.js";

const entry = (seq) => ({ type: "entry", case: "c", seq, kind: "message", text: `Zeile ${seq}` });
const caughtUp = (last_seq) => ({ type: "caught_up", case: "c", last_seq });
const resume = (after) => ({ type: "resume", case: "c", after });

/** A stream that hears these entries; what it passed on and what it answered. */
function hearing(streams, seqs) {
  const heard = seqs.map((seq) => streams.accept(entry(seq)));
  return {
    passed: heard.flatMap(({ fresh }) => fresh.map((frame) => frame.seq)),
    answers: heard.map(({ answer }) => answer).filter(Boolean),
  };
}

function opened(after = 0) {
  const streams = new Streams(() => 0);
  streams.open("c", after);
  return streams;
}

test("an answer that lacks the asked for entry as well goes on behind it", () => {
  const streams = opened();
  assert.deepEqual(hearing(streams, [1, 2, 4, 5]), { passed: [1, 2], answers: [resume(2)] });
  assert.deepEqual(streams.caughtUp(caughtUp(5)), { done: false, answer: null });
  assert.deepEqual(hearing(streams, [4, 5]), { passed: [4, 5], answers: [] });
  assert.equal(streams.caughtUp(caughtUp(5)).done, true);
  assert.deepEqual(hearing(streams, [6]), { passed: [6], answers: [] });
});

test("an answer that has the asked for entry closes the gap", () => {
  const streams = opened();
  hearing(streams, [1, 2, 4, 5]);
  streams.caughtUp(caughtUp(5));
  assert.deepEqual(hearing(streams, [3, 4, 5]).passed, [3, 4, 5]);
  assert.equal(streams.caughtUp(caughtUp(5)).done, true);
});

test("an end that nobody sends is asked for once and then left", () => {
  const streams = opened(8);
  assert.deepEqual(streams.caughtUp(caughtUp(9)), { done: false, answer: resume(8) });
  assert.deepEqual(streams.caughtUp(caughtUp(9)), { done: true, answer: { type: "got", case: "c", seq: 9 } });
  assert.deepEqual(hearing(streams, [10]).passed, [10]);
});

test("two gaps and a lost end are passed over one after the other", () => {
  const streams = opened();
  let asked = resume(0);
  let done = false;
  const passed = [];
  for (let round = 0; asked && !done; round++) {
    assert.ok(round < 9);
    const said = hearing(streams, [1, 3, 5].filter((seq) => seq > asked.after));
    const end = streams.caughtUp(caughtUp(6));
    passed.push(...said.passed);
    done = end.done;
    asked = end.answer?.type === "resume" ? end.answer : said.answers.at(-1) ?? asked;
  }
  assert.deepEqual([passed, done], [[1, 3, 5], true]);
});

test("more than the server sends at once goes on without a gap being asked for twice", () => {
  const streams = opened();
  const rest = Array.from({ length: 199 }, (_, number) => number + 3);
  assert.deepEqual(hearing(streams, [1, ...rest]).answers, [resume(1)]);
  const { passed, answers } = hearing(streams, rest);
  assert.deepEqual(passed, rest);
  assert.deepEqual(answers.map(({ type }) => type), ["got", "got", "got", "got"]);
});

test("what was passed over and comes after all passes late, and its receipt is confirmed", () => {
  const streams = opened();
  hearing(streams, [201, 101]); // answers to resumes from before the stream was begun anew
  assert.deepEqual(hearing(streams, [49, 50, 101]), { passed: [49, 50], answers: [{ type: "got", case: "c", seq: 101 }] });
});
