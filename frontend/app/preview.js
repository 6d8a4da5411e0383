// Shows what is being written as it will be sent: see "The composer's contract" in docs/interface.md.
import { onContent } from "./content.js";
import { csrfToken } from "./csrf.js";

const PAUSE_MS = 600;

onContent("form[data-preview]", (forms) => forms.forEach(follow));

function follow(form) {
  let timer;
  let request;
  const ask = async () => {
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();
    const answer = await post(form, request.signal);
    if (answer) show(form, answer);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("preview:ask", ask);
  ask();
}

// An answer that never comes (newer one asked, connection lost, 500) leaves what is shown.
async function post(form, signal) {
  const body = new FormData(form);
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  try {
    const response = await fetch(form.dataset.preview, { method: "POST", body, headers, signal });
    return response.ok || response.status === 422 ? await response.json() : null;
  } catch {
    return null;
  }
}

function show(form, answer) {
  const frame = document.getElementById(form.dataset.previewFrame);
  if (answer.src && frame) frame.src = answer.src;
  if (answer.html !== undefined && frame && frame.tagName !== "IFRAME") frame.innerHTML = answer.html;
  const status = document.getElementById(form.dataset.previewStatus);
  if (status && answer.status !== undefined) status.textContent = answer.status;
  for (const area of form.querySelectorAll("textarea[data-editor]")) {
    area.dispatchEvent(new CustomEvent("editor:errors", { detail: answer.errors ?? [] }));
  }
  form.dispatchEvent(new CustomEvent("preview:shown", { detail: answer, bubbles: true }));
}
