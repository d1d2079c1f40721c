/** No address of a device leaves the browser: candidates of the relay alone, told without what they relate to. */

const RELAYED = /^candidate:\S+ [12] \S+ \d+ \S+ \d+ typ relay(?: |$)/i;
/** Where nothing of the relay answers within this time, it is away. */
const PATIENCE_MS = 8_000;

/** The candidate as the other side may have it, or null. `policy` is "all" in a demo without a relay. */
export function clean(candidate, policy = "relay") {
  if (policy !== "all" && !RELAYED.test(candidate)) return null;
  return candidate.replace(/ raddr \S+ rport \d+/i, " raddr 0.0.0.0 rport 0");
}

/** A description without addresses: what was gathered goes by itself, cleaned; here only the relay's may stand. */
export function describe(sdp, policy = "relay") {
  const lines = sdp.split(/\r\n/).flatMap((line) => {
    if (line.startsWith("a=candidate:")) {
      const kept = clean(line.slice(2), policy);
      return kept ? [`a=${kept}`] : [];
    }
    if (line.startsWith("c=")) return ["c=IN IP4 0.0.0.0"];
    if (line.startsWith("a=rtcp:")) return ["a=rtcp:9 IN IP4 0.0.0.0"];
    if (line.startsWith("o=")) return [line.replace(/ IN IP[46] \S+$/, " IN IP4 0.0.0.0")];
    if (line.startsWith("m=")) return [line.replace(/^(m=\w+) [1-9]\d*/, "$1 9")];
    return [line];
  });
  return lines.join("\r\n");
}

/** Whether the relay gives out an address right now. Promises true or false, after some seconds at most. */
export function answers(servers) {
  const probe = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: "relay" });
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS, false);
    probe.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.candidate) resolve(true);
    });
    probe.addEventListener("icegatheringstatechange", () => {
      if (probe.iceGatheringState === "complete") resolve(false);
    });
    probe.createDataChannel("probe");
    probe.setLocalDescription().catch(() => resolve(false));
  }).finally(() => probe.close());
}
