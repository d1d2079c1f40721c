/** How good the line is, told from getStats(), and how much picture it bears. No browser in here: numbers in, words out. */

/** By loss (0–1) and round trip (s). Speech suffers from 3 % on, and is hard to follow from 10 % or 0.8 s on (ITU-T G.114). */
const WEAK = { loss: 0.03, rtt: 0.4 };
const POOR = { loss: 0.1, rtt: 0.8 };
const STEPS = ["audio", "low", "video"];
/** Samples (each 2 s) before the picture gets smaller, and before it may grow again. */
const DOWN_AFTER = 2;
const UP_AFTER = 5;
const MOST_PATIENCE = 30;

/** For RTCRtpSender.setParameters: what the picture may cost at each step. */
export const ENCODINGS = {
  video: { active: true, maxBitrate: 900_000, scaleResolutionDownBy: 1, maxFramerate: 30 },
  low: { active: true, maxBitrate: 150_000, scaleResolutionDownBy: 2, maxFramerate: 12 },
  audio: { active: false, maxBitrate: 150_000, scaleResolutionDownBy: 2, maxFramerate: 12 },
};

/** Two reports of getStats() as numbers: worst loss of either direction since the last one, round trip, silence. */
export class Gauge {
  #before = new Map();

  /** `{loss, rtt, silent}` since the last reading. */
  read(reports) {
    let [lost, received, loss, rtt, heard] = [0, 0, 0, 0, null];
    for (const report of reports) {
      if (report.type === "inbound-rtp") {
        const known = this.#before.has(`${report.id} packetsReceived`); // else nothing can be told of its silence yet
        const packets = this.#since(report.id, "packetsReceived", report);
        lost += Math.max(0, this.#since(report.id, "packetsLost", report));
        received += packets;
        if (report.kind === "audio" && known) heard = packets;
      } else if (report.type === "remote-inbound-rtp") {
        loss = Math.max(loss, report.fractionLost ?? 0);
        rtt = Math.max(rtt, report.roundTripTime ?? 0);
      } else if (report.type === "candidate-pair" && report.nominated) {
        rtt = Math.max(rtt, report.currentRoundTripTime ?? 0);
      }
    }
    const inbound = lost + received > 0 ? lost / (lost + received) : 0;
    return { loss: Math.max(loss, inbound), rtt, silent: heard === 0 };
  }

  #since(id, name, report) {
    const key = `${id} ${name}`;
    const before = this.#before.get(key) ?? report[name] ?? 0;
    this.#before.set(key, report[name] ?? 0);
    return (report[name] ?? 0) - before;
  }
}

/** good | weak | poor */
export function judge({ loss, rtt, silent }) {
  if (silent || loss >= POOR.loss || rtt >= POOR.rtt) return "poor";
  return loss >= WEAK.loss || rtt >= WEAK.rtt ? "weak" : "good";
}

/** Which step the picture takes: down quickly, up slowly, and each time that growing failed more slowly. */
export class Ladder {
  #step = STEPS.length - 1;
  #bad = 0;
  #good = 0;
  #patience = UP_AFTER;
  #grown = false;

  get sends() {
    return STEPS[this.#step];
  }

  /** One sample; the step after it. */
  take(level) {
    this.#bad = level === "poor" ? this.#bad + 1 : 0;
    this.#good = level === "good" ? this.#good + 1 : 0;
    if (this.#bad >= DOWN_AFTER && this.#step > 0) {
      this.#step -= 1;
      this.#bad = 0;
      if (this.#grown) this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
      this.#grown = false;
    } else if (this.#good >= this.#patience && this.#step < STEPS.length - 1) {
      this.#step += 1;
      this.#good = 0;
      this.#grown = true;
    }
    return this.sends;
  }
}
