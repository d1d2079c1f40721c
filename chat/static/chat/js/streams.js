/**
 * How far each open case has been heard: entries pass in order, without gaps, once.
 * A gap asks for the missing ones again; what came too early is dropped, since the server sends it once more.
 * When its answer lacks them as well they are passed over, so that one gap never stops a conversation; should they come
 * after all, they pass late.
 */

/** Confirm receipt after this many entries; the server stops at 200 unconfirmed ones. */
const CONFIRM_EVERY = 50;
/** The same gap is not asked about again within this time. */
const PATIENCE_MS = 2_000;

export class Streams {
  #cases = new Map();
  #now;

  constructor(now = Date.now) {
    this.#now = now;
  }

  /** Begins, or begins again, to listen to a case from the entry after `after`. */
  open(caseId, after) {
    const known = this.#cases.get(caseId);
    const asked = { askedFor: -1, askedAt: 0, ahead: 0, lacked: false };
    this.#cases.set(caseId, { have: after, confirmed: after, read: known?.read ?? 0, ...asked, early: new Map(), holes: [] });
  }

  drop(caseId) {
    this.#cases.delete(caseId);
  }

  /** `{case: seq}` as the long poll wants it. */
  have() {
    return Object.fromEntries([...this.#cases].map(([id, stream]) => [id, stream.have]));
  }

  /** Resume frames of all open cases, then the read marks that a lost line may have swallowed. */
  greeting() {
    const resumes = [...this.#cases].map(([id, stream]) => ({ type: "resume", case: id, after: stream.have }));
    const marks = [...this.#cases].filter(([, stream]) => stream.read > 0);
    return [...resumes, ...marks.map(([id, stream]) => ({ type: "read", case: id, seq: stream.read }))];
  }

  /** Takes an entry: `fresh` are the entries to show now, `answer` is a frame to send (a resume, a confirmation) or null. */
  accept(frame) {
    const stream = this.#cases.get(frame.case);
    if (!stream) return { fresh: [], answer: null };
    if (frame.seq <= stream.have) return this.#known(frame, stream);
    if (this.#tooEarly(stream, frame.seq)) return { fresh: [], answer: this.#ask(frame.case, stream) };
    const fresh = this.#advance(stream, frame);
    return { fresh, answer: this.#confirmation(frame.case, stream, CONFIRM_EVERY) };
  }

  /** Takes an own entry that only its acknowledgement told us of; it may overtake others and then waits for them. */
  acceptOwn(frame) {
    const stream = this.#cases.get(frame.case);
    if (!stream || frame.seq <= stream.have) return [];
    if (frame.seq === stream.have + 1) return this.#advance(stream, frame);
    stream.early.set(frame.seq, frame);
    return [];
  }

  /** The server has sent everything up to `last_seq`. `done` says whether it all arrived; else `answer` asks for the rest. */
  caughtUp(frame) {
    const stream = this.#cases.get(frame.case);
    if (!stream) return { done: false, answer: null };
    if (frame.last_seq > stream.have && stream.lacked) this.#passOver(stream, stream.ahead || frame.last_seq + 1);
    if (frame.last_seq > stream.have) {
      stream.lacked = true;
      return { done: false, answer: this.#ask(frame.case, stream) };
    }
    return { done: true, answer: this.#confirmation(frame.case, stream, 1) };
  }

  /** Raises the read mark; the frame to send, or null when the mark does not move. */
  read(caseId, seq) {
    const stream = this.#cases.get(caseId);
    if (!stream || seq <= stream.read) return null;
    stream.read = seq;
    return { type: "read", case: caseId, seq };
  }

  /** What was passed over passes late; the rest is known, and a server that begins anew wants it confirmed as well. */
  #known(frame, stream) {
    const fresh = stream.holes.some(([first, last]) => first <= frame.seq && frame.seq <= last) ? [frame] : [];
    return { fresh, answer: frame.seq % CONFIRM_EVERY ? null : { type: "got", case: frame.case, seq: stream.have } };
  }

  /** Whether to wait for what lacks before this entry: until it comes again, with which the answer has begun. */
  #tooEarly(stream, seq) {
    if (seq === stream.have + 1) return false;
    const answered = seq <= stream.ahead;
    if (answered) this.#passOver(stream, seq);
    else stream.ahead ||= seq;
    return !answered;
  }

  /** What lacks before this entry is not waited for any more. */
  #passOver(stream, seq) {
    stream.holes.push([stream.have + 1, seq - 1]);
    Object.assign(stream, { have: seq - 1, ahead: 0, lacked: false });
  }

  #advance(stream, frame) {
    const fresh = [];
    Object.assign(stream, { ahead: 0, lacked: false });
    for (let next = frame; next; next = stream.early.get(stream.have + 1)) {
      stream.have = next.seq;
      stream.early.delete(next.seq);
      fresh.push(next);
    }
    return fresh;
  }

  #ask(caseId, stream) {
    if (stream.askedFor === stream.have && this.#now() - stream.askedAt < PATIENCE_MS) return null;
    Object.assign(stream, { askedFor: stream.have, askedAt: this.#now() });
    return { type: "resume", case: caseId, after: stream.have };
  }

  #confirmation(caseId, stream, after) {
    if (stream.have - stream.confirmed < after) return null;
    stream.confirmed = stream.have;
    return { type: "got", case: caseId, seq: stream.have };
  }
}
