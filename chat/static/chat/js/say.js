/** Sentences with `{names}` filled in, and times as people in this language write them. */
const language = document.documentElement.lang || "de";
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const dayClock = new Intl.DateTimeFormat(language, {
  weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
});
const longDay = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });

export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function timeOf(date) {
  return clock.format(date);
}

/** A moment on another day: "Mittwoch, 25. November um 14:00". */
export function dayTimeOf(date) {
  return dayClock.format(date);
}

/** A day as a key that sorts and compares: local, not UTC. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "Heute", "Gestern", or the day in words. */
export function dayName(date, words) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayKey(date) === dayKey(new Date())) return words.today;
  return dayKey(date) === dayKey(yesterday) ? words.yesterday : longDay.format(date);
}

/** Minutes and seconds left until a moment, "4:07"; "0:00" once it is past. */
export function countdown(until, now = Date.now()) {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Characters as the server counts them: an emoji is one, not two. */
export function lengthOf(text) {
  return [...text].length;
}
