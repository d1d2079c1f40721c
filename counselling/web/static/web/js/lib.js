/* What every script of ours shares: data from the page, elements without markup strings, requests, announcements. */

/* The JSON that the template put into <script type="application/json" id="…">. */
export function bootstrap(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/* h("p", { class: "soft", onclick: f, hidden: true }, "text", child): text only ever becomes text.
 * Attributes: on… are listeners, true sets an empty attribute, false, null and undefined leave it out. */
export function h(tag, attrs = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/* An icon of the sprite, as the template tag draws it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/* What a request came to grief with: `code` for scripts, `message` a sentence for people ("" without an answer). */
export class Refused extends Error {
  constructor(code, sentence, status) {
    super(sentence);
    this.code = code;
    this.status = status;
  }
}

function csrfToken() {
  const name = `${document.documentElement.dataset.csrf}=`;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith(name));
  return cookie?.slice(name.length) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function request(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refused("offline", "", 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refused(answer.error?.code ?? "unexpected", answer.error?.sentence ?? "", response.status);
}

/* A POST outlives its page. Browsers allow that for 64 KiB at a time, all requests together, and refuse what is more. */
const OUTLIVES = 16_384;

/* Both promise the JSON of the answer and throw Refused for anything else. */
export function get(url) {
  return request(url, { headers: { Accept: "application/json" } });
}

export function post(url, data = {}) {
  const body = JSON.stringify(data);
  return request(url, {
    method: "POST",
    keepalive: body.length < OUTLIVES,
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body,
  });
}

/* Bytes as they are (a piece of a file); promises and throws as `post`. */
export function postBytes(url, bytes) {
  const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRFToken": csrfToken() };
  return request(url, { method: "POST", headers, body: bytes });
}

/* Say something once to people who cannot see it; focus stays where it is. */
export function announce(text) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}
