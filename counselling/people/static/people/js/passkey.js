/* Passkeys: asks the server for a question, hands it to the browser, brings the answer back and follows where it leads.
 * The same for a new passkey (a form with a name) and for the second step (a button). */
import { post } from "../../web/js/lib.js";

const place = document.querySelector("[data-passkey]");

if (place && globalThis.PublicKeyCredential && navigator.credentials) {
  place.hidden = false;
  document.querySelector("[data-no-passkeys]")?.remove();
  const button = place.querySelector("button");
  const begin = (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") !== "true") run(button);
  };
  if (place.tagName === "FORM") place.addEventListener("submit", begin);
  else button.addEventListener("click", begin);
}

async function run(button) {
  say("");
  button.setAttribute("aria-busy", "true");
  try {
    const question = await post(place.dataset.passkey);
    const answer = await (question.user ? create(question) : get(question));
    const name = place.querySelector("[name=name]")?.value ?? "";
    const { next } = await post(place.dataset.answer, { answer, name });
    location.assign(next);
  } catch (problem) {
    button.removeAttribute("aria-busy");
    say(sentence(problem));
    button.focus();
  }
}

async function create(question) {
  const made = await navigator.credentials.create({ publicKey: {
    ...question,
    challenge: bytes(question.challenge),
    user: { ...question.user, id: bytes(question.user.id) },
    excludeCredentials: descriptors(question.excludeCredentials),
  } });
  return answered(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
  });
}

async function get(question) {
  const shown = await navigator.credentials.get({ publicKey: {
    ...question,
    challenge: bytes(question.challenge),
    allowCredentials: descriptors(question.allowCredentials),
  } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  return answered(shown, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    ...(userHandle ? { userHandle: text(userHandle) } : {}),
  });
}

function answered(credential, response) {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function descriptors(list) {
  return (list ?? []).map((known) => ({ ...known, id: bytes(known.id) }));
}

/* base64url without padding, as WebAuthn writes bytes in JSON */
function bytes(encoded) {
  const plain = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function sentence(problem) {
  if (problem.message && problem.status) return problem.message;
  const kinds = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" };
  return words(kinds[problem.name] ?? (problem.code === "offline" ? "offline" : "refused"));
}

function words(slot) {
  return place.querySelector(`[data-slot=${slot}]`).content.textContent;
}

function say(sentence) {
  const error = place.querySelector("[data-slot=error]");
  error.querySelector("[data-slot=sentence]").textContent = sentence;
  error.hidden = !sentence;
}
