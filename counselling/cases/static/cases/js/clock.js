/** Times as people say them. Waiting is measured on the server's clock: a desk computer's may be minutes off. */
import { fill } from "./dom.js";

const MINUTE = 60_000;

export class Clock {
  #words;
  #skew = 0;
  #hour;
  #day;

  /** `words` has now, minutes, hours, days and today. */
  constructor(words, language = document.documentElement.lang) {
    this.#words = words;
    this.#hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  }

  /** `now` is the server's time, as ISO text, that just arrived. */
  sync(now) {
    this.#skew = Date.parse(now) - Date.now();
  }

  /** Full minutes since an ISO time, never negative. */
  minutes(since) {
    return Math.max(0, Math.floor((Date.now() + this.#skew - Date.parse(since)) / MINUTE));
  }

  /** "4 min", "1 h 5 min". */
  span(since) {
    const minutes = this.minutes(since);
    if (minutes < 1) return this.#words.now;
    if (minutes < 60) return fill(this.#words.minutes, { n: minutes });
    if (minutes < 24 * 60) return fill(this.#words.hours, { h: Math.floor(minutes / 60), m: minutes % 60 });
    return this.#words.days;
  }

  /** "18:04". */
  hour(at) {
    return this.#hour.format(new Date(at));
  }

  /** "Heute", or weekday and date. */
  day(at) {
    const day = new Date(at);
    return day.toDateString() === new Date().toDateString() ? this.#words.today : this.#day.format(day);
  }
}
