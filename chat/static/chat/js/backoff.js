/** How long to wait before the next attempt: full jitter, so that a restart does not call everybody back at once. */
const BASE_MS = 500;
const CAP_MS = 15_000;

/** Milliseconds before attempt number `attempt` (0 is the first retry); `random` is uniform in [0, 1). */
export function delay(attempt, random = Math.random) {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
}
