/**
 * The vault's pages. Typed recovery keys are sent by script, so that a slip costs no retyping: the server never writes
 * them back into a page, and the field is ours. A shown key goes with the page.
 */
const key = document.getElementById("paper-key");

for (const form of document.querySelectorAll("form[data-typed]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
if (key) addEventListener("pagehide", () => key.replaceChildren());

async function send(form, button) {
  button?.setAttribute("aria-busy", "true");
  const answer = await ask(form).catch(() => null);
  button?.removeAttribute("aria-busy");
  if (answer?.next) {
    form.reset();
    location.assign(answer.next);
    return;
  }
  const error = form.querySelector("[role=alert]");
  error.querySelector("span").textContent = answer?.error?.sentence ?? form.dataset.typed;
  error.hidden = false;
  form.querySelector("textarea").focus();
}

async function ask(form) {
  const headers = { Accept: "application/json" };
  const response = await fetch(form.action, { method: "POST", headers, body: new FormData(form), cache: "no-store" });
  return response.json();
}
