// Proof of work at the start of a chat: fetch a challenge, solve it in a worker, hand back the payload for the form.
//
//   const payload = await solve("/chat/challenge/", { status });
//
// Never rejects. An empty payload means "could not": the server then counts the start under a stricter limit, so nobody
// is kept out by an old browser. Begin early (when the nickname is being typed): a solution counts for 20 minutes.
import { address } from "./pow-worker.js";

const SLOW_MS = 1000;
const LIMIT_MS = 10_000;

// Optional `status`: an element whose data-slow text is shown if it takes longer than a second.
export async function solve(challengeUrl, { status = null } = {}) {
  const slow = setTimeout(() => say(status, status?.dataset.slow ?? ""), SLOW_MS);
  try {
    return await answer(challengeUrl);
  } catch {
    return "";
  } finally {
    clearTimeout(slow);
    say(status, "");
  }
}

async function answer(challengeUrl) {
  const deadline = performance.now() + LIMIT_MS;
  const limit = AbortSignal.timeout?.(LIMIT_MS);
  const response = await fetch(challengeUrl, {
    headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin", signal: limit,
  });
  const challenge = await response.json();
  if (!response.ok || challenge.skip) return "";
  const solution = await work(challenge.parameters, deadline - performance.now());
  return solution ? btoa(JSON.stringify({ challenge, solution })) : "";
}

function work(parameters, limitMs) {
  const worker = new Worker(address, { type: "module" });
  const found = new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs, null);
    worker.addEventListener("message", ({ data }) => { clearTimeout(timer); resolve(data); });
    worker.addEventListener("error", () => { clearTimeout(timer); resolve(null); });
    worker.postMessage(parameters);
  });
  return found.finally(() => worker.terminate());
}

function say(status, text) {
  if (status) status.textContent = text;
}
