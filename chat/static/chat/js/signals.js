/** What calls somebody back to a page they do not look at: a dot in the title and a short soft tone, both without content. */
const DOT = "• ";
const NOTES_HZ = [523.25, 659.25];
const NOTE_S = 0.16;

let audio = null;

/** Browsers allow sound only after the reader touched the page; until then there is none. */
function unlock() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => undefined);
}

export function prepareSound() {
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, unlock, { passive: true });
}

export function ring() {
  if (audio?.state !== "running") return;
  NOTES_HZ.forEach((hertz, number) => play(hertz, audio.currentTime + number * NOTE_S));
}

function play(hertz, at) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S * 2);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + NOTE_S * 2);
}

/** A dot before the title until the page is looked at. */
export function beckon() {
  if (document.hidden && !document.title.startsWith(DOT)) document.title = DOT + document.title;
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.title.startsWith(DOT)) document.title = document.title.slice(DOT.length);
});
