/**
 * One connection to one page of the other side, by "perfect negotiation" (W3C WebRTC 1.0, section 10.7): the counsellor
 * offers and is impolite, the young person answers and gives way. One sound and one picture each way are agreed on at
 * the beginning; whatever is switched on or off later replaces a track and negotiates nothing.
 *
 * Hooks: send(body) · track(track) · state("connected"|"disconnected"|"failed") · norelay()
 */
import { ENCODINGS } from "./quality.js";
import { clean, describe } from "./relayed.js";

export class PeerLine {
  #pc;
  #hooks;
  #policy;
  #polite;
  #making = false;
  #ignoring = false;
  #gathered = 0;
  #work = Promise.resolve();
  #senders = { audio: null, video: null };
  #tracks = { audio: null, video: null };
  #sends = "video";
  #closed = false;

  constructor({ servers, policy, polite, hooks }) {
    this.#hooks = hooks;
    this.#policy = policy;
    this.#polite = polite;
    this.#pc = new RTCPeerConnection({
      iceServers: servers,
      iceTransportPolicy: policy,
      bundlePolicy: "max-bundle",
      rtcpMuxPolicy: "require",
    });
    this.#listen();
  }

  get state() {
    return this.#pc.connectionState;
  }

  /** The impolite side begins. */
  offer() {
    for (const kind of ["audio", "video"]) {
      this.#senders[kind] = this.#pc.addTransceiver(kind, { direction: "sendrecv" }).sender;
    }
    this.#fill();
  }

  /** What to send from now on; null is nothing. */
  send(tracks) {
    this.#tracks = tracks;
    return this.#fill();
  }

  /** How much picture the line bears: a step of quality.js. */
  async limit(sends) {
    this.#sends = sends;
    const sender = this.#senders.video;
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    for (const encoding of parameters.encodings) Object.assign(encoding, ENCODINGS[sends]);
    await sender.setParameters(parameters).catch(() => undefined);
  }

  /** Something the other page said; in the order in which it came. */
  hear(body) {
    this.#work = this.#work.then(() => this.#closed || this.#take(body)).catch(() => undefined);
    return this.#work;
  }

  /** New candidates, with these credentials. */
  restart(servers) {
    this.#gathered = 0;
    if (servers) this.#pc.setConfiguration({ ...this.#pc.getConfiguration(), iceServers: servers });
    this.#pc.restartIce();
  }

  stats() {
    return this.#pc.getStats().then((reports) => [...reports.values()]);
  }

  close() {
    this.#closed = true;
    this.#pc.close();
  }

  #listen() {
    const pc = this.#pc;
    pc.addEventListener("negotiationneeded", () => this.#negotiate());
    pc.addEventListener("icecandidate", ({ candidate }) => this.#found(candidate));
    pc.addEventListener("icegatheringstatechange", () => {
      if (pc.iceGatheringState === "complete" && this.#gathered === 0) this.#hooks.norelay();
    });
    pc.addEventListener("track", ({ track }) => this.#hooks.track(track));
    pc.addEventListener("connectionstatechange", () => this.#closed || this.#hooks.state(pc.connectionState));
  }

  async #negotiate() {
    try {
      this.#making = true;
      await this.#pc.setLocalDescription();
      this.#describe();
    } catch {
      // closed meanwhile
    } finally {
      this.#making = false;
    }
  }

  #describe() {
    const { type, sdp } = this.#pc.localDescription;
    this.#hooks.send({ kind: type, sdp: describe(sdp, this.#policy) });
  }

  #found(candidate) {
    if (!candidate) return;
    const kept = candidate.candidate && clean(candidate.candidate, this.#policy);
    if (!kept) return;
    this.#gathered += 1;
    this.#hooks.send({ kind: "candidate", candidate: kept, mid: candidate.sdpMid ?? "", line: candidate.sdpMLineIndex ?? 0 });
  }

  async #take(body) {
    if (body.kind === "candidate") await this.#candidate(body);
    else await this.#description({ type: body.kind, sdp: body.sdp });
  }

  async #description(description) {
    const pc = this.#pc;
    const collides = description.type === "offer" && (this.#making || pc.signalingState !== "stable");
    this.#ignoring = !this.#polite && collides;
    if (this.#ignoring) return;
    await pc.setRemoteDescription(description);
    if (description.type !== "offer") return;
    this.#adopt();
    await pc.setLocalDescription();
    this.#describe();
  }

  /** The answering side sends by the places that the offer made. */
  #adopt() {
    for (const transceiver of this.#pc.getTransceivers()) {
      const { kind } = transceiver.receiver.track;
      if (this.#senders[kind]) continue;
      transceiver.direction = "sendrecv";
      this.#senders[kind] = transceiver.sender;
    }
    this.#fill();
  }

  async #candidate({ candidate, mid, line }) {
    try {
      await this.#pc.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
    } catch (refused) {
      if (!this.#ignoring) throw refused;
    }
  }

  async #fill() {
    const changes = Object.entries(this.#senders).map(([kind, sender]) => sender?.replaceTrack(this.#tracks[kind]));
    await Promise.all(changes).catch(() => undefined);
    await this.limit(this.#sends);
  }
}
