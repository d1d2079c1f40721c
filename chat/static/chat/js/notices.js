/** Coded notices and refusals in plain words, for the seeker's room and the counsellors' desk. */
import { fill, timeOf } from "./say.js";

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `sentences` by code, or by code and who did it ("closed_silence"); a code this page does not know says so. */
export function noticeText(sentences, code, about) {
  const details = Object.fromEntries(Object.entries(about ?? {}).map(([name, value]) => [name, readable(value)]));
  return fill(sentences[`${code}_${details.by}`] ?? sentences[code] ?? sentences.other, details);
}

/** Why something was refused; the server's own sentence is not in this page's language, and of `bad_frame` for authors. */
export function refusalText(sentences, code) {
  return sentences[code] ?? sentences.other;
}

/** Moments are told as times of day; everything else as it is. */
function readable(value) {
  return MOMENT.test(value) ? timeOf(new Date(value)) : value;
}
