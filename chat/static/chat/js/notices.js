/** Coded notices and refusals in plain words, for the seeker's room and the counsellors' desk. */
import { dayTimeOf, fill, timeOf } from "./say.js";

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `sentences` by code, or by code and who did it ("closed_silence"); a code this page does not know says so. */
export function noticeText(sentences, code, about) {
  const words = Object.entries(about ?? {}).map(([name, value]) => [name, readable(sentences, name, value)]);
  const details = Object.fromEntries(words);
  return fill(sentences[`${code}_${details.by}`] ?? sentences[code] ?? sentences.other, details);
}

/** Why something was refused; the server's own sentence is not in this page's language, and of `bad_frame` for authors. */
export function refusalText(sentences, code) {
  return sentences[code] ?? sentences.other;
}

/** Moments are told as times of day, `when` with its day; a channel by its name; everything else as it is. */
function readable(sentences, name, value) {
  if (MOMENT.test(value)) return name === "when" ? dayTimeOf(new Date(value)) : timeOf(new Date(value));
  return sentences[`channel_${value}`] ?? value;
}
