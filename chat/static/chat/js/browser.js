/** What the wire needs of a browser, in one place, so that its rules can be tested without one. */
export const BROWSER = {
  get WebSocket() {
    return globalThis.WebSocket;
  },
  fetch: (...args) => globalThis.fetch(...args),
  setTimeout: (...args) => globalThis.setTimeout(...args),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => globalThis.crypto.randomUUID(),
  page: globalThis,
  /** A signal that also fires after `ms`, where the browser can combine signals (all since 2024). */
  limit: (signal, ms) => (AbortSignal.any ? AbortSignal.any([signal, AbortSignal.timeout(ms)]) : signal),
};
