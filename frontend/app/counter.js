// The shop counter: Enter goes on, Y and N answer a box, what looks wrong with an address is said at once, and an
// entry that could not be sent keeps all that was typed. Without this script the page works as an ordinary form.
import { onContent } from "./content.js";
import { csrfToken } from "./csrf.js";

// So long Enter waits for word about the address before it goes on.
const PATIENCE_MS = 400;
const UNDO_MS = 60_000;
const YES = ["y", "o"];
const NO = ["n"];

onContent("form[data-counter]", (forms) => forms.forEach(serve));
onContent("[data-counter-done]", ([done]) => {
  document.getElementById("counter-said").textContent = done.querySelector("h2").textContent;
});
onContent("[data-counter-undo]", ([undo]) => setTimeout(() => undo.remove(), UNDO_MS));

function serve(form) {
  const email = form.elements.email;
  const place = form.querySelector("[data-counter-hint]");
  let asked = Promise.resolve();
  let about = email.value;
  const ask = () => {
    if (!place || email.value === about) return;
    about = email.value;
    asked = hint(form, email, place);
  };
  email.addEventListener("change", ask);
  // Another address: what was asked about the one before is over.
  email.addEventListener("input", () => {
    place?.replaceChildren();
    form.querySelectorAll(".doubt, [name=asked]").forEach((one) => one.remove());
  });
  form.addEventListener("keydown", async (event) => {
    const { target, key } = event;
    if (event.isComposing) return;
    if (key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(":scope > button"));
    } else if (key === "Enter" && target.matches("input, select")) {
      event.preventDefault();
      if (target === email) {
        ask();
        await Promise.race([asked, new Promise((go) => setTimeout(go, PATIENCE_MS))]);
      }
      if (document.activeElement === target) next(form, target);
    } else if (target.type === "checkbox" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const said = key.toLowerCase();
      if (![...YES, ...NO].includes(said)) return;
      event.preventDefault();
      target.checked = YES.includes(said);
      next(form, target);
    }
  });
}

// The next control that can be seen; of a group of radios, one.
function next(form, from) {
  const stops = [...form.querySelectorAll("input, select, textarea, button")].filter(
    (one) => one === from || (one.checkVisibility() && (one.type !== "radio" || one.name !== from.name)),
  );
  stops[stops.indexOf(from) + 1]?.focus();
}

// A question, never a correction: the first answer keeps what was typed.
async function hint(form, email, place) {
  const typed = email.value;
  place.replaceChildren();
  const body = new URLSearchParams({ email: typed });
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  const answer = await fetch(form.dataset.counter, { method: "POST", body, headers }).then((it) => (it.ok ? it.json() : {})).catch(() => ({}));
  if (email.value !== typed || !place.isConnected) return;
  if (answer.dead) place.append(words(answer.dead));
  if (!answer.meant) return;
  const answers = document.createElement("div");
  answers.className = "answers";
  const settle = (value) => {
    email.value = value;
    settled(form);
    place.replaceChildren();
    next(form, email);
  };
  answers.append(button(answer.keep, () => settle(typed)), button(answer.use, () => settle(answer.meant)));
  place.append(words(answer.question), answers);
  if (document.activeElement === email) answers.firstChild.focus();
}

// The server does not ask the same again.
function settled(form) {
  if (form.elements.asked) return;
  const asked = document.createElement("input");
  Object.assign(asked, { type: "hidden", name: "asked", value: "yes" });
  form.append(asked);
}

function words(text) {
  const line = document.createElement("p");
  line.textContent = text;
  return line;
}

function button(text, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.textContent = text;
  one.addEventListener("click", act);
  return one;
}

function trouble(why) {
  const place = document.querySelector("[data-counter-trouble]");
  if (!place) return;
  place.hidden = !why;
  place.querySelector("[role=alert]").textContent = why ? place.dataset[why] : "";
  if (why) place.scrollIntoView({ block: "nearest" });
}

const isOurs = (event) => event.target.closest?.("#counter");
document.addEventListener("htmx:beforeRequest", (event) => isOurs(event) && trouble());
document.addEventListener("htmx:sendError", (event) => isOurs(event) && trouble("offline"));
document.addEventListener("htmx:timeout", (event) => isOurs(event) && trouble("offline"));
document.addEventListener("htmx:responseError", (event) => isOurs(event) && trouble("failed"));
// At once, not when the page has settled: who types fast has begun.
document.addEventListener("htmx:afterSwap", () => document.querySelector("#counter [autofocus]")?.focus());
// Another page came instead, such as the one to sign in: what was typed stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "counter" || event.detail.serverResponse.includes('id="counter"')) return;
  event.detail.shouldSwap = false;
  if (event.detail.xhr.status < 400) trouble("signedOut");
});
