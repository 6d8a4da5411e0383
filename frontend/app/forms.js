// Forms: sent once, not lost by accident, errors met first.
const REST_MS = 10_000;

// A second press while the first is on its way is ignored.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "resend" in form.dataset) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  delete form.dataset.changed;
  setTimeout(() => { delete form.dataset.sending; }, REST_MS);
});

// Back to a page kept by the browser: its forms may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach((form) => { delete form.dataset.sending; });
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.dataset) delete target.dataset.changed;
});

// How a preview is looked at changes nothing.
document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (form?.matches("[data-unsaved]") && !target.name.startsWith("view")) form.dataset.changed = "yes";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]")) event.preventDefault();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-autosubmit]") && !target.form.matches("[hx-get], [hx-post]")) target.form.requestSubmit();
});

document.querySelector("[data-error-summary]")?.focus();
