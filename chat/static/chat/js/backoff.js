/** How long to wait before the next attempt: full jitter, so that a restart does not call everybody back at once. */
const BASE_MS = 500;
const CAP_MS = 15_000;
/** Close codes of a server that restarts (1012) or goes (1001): it hangs up on everybody in the same moment. */
const RESTARTS = new Set([1001, 1012]);
const SPREAD = 3;

/** The attempt to go on from after a line ended with `code`: a restart spreads its people over 4 s from the first. */
export function attemptAfter(code, attempt) {
  return RESTARTS.has(code) ? Math.max(attempt, SPREAD) : attempt;
}

/** Milliseconds before attempt number `attempt` (0 is the first retry); `random` is uniform in [0, 1). */
export function delay(attempt, random = Math.random) {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
}
