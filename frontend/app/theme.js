// The theme changes at once; the server keeps it for the next page.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-form]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  document.documentElement.dataset.bsTheme = button.value;
  form.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  document.dispatchEvent(new Event("theme:changed"));
  const body = new FormData(form);
  body.set(button.name, button.value);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
}, true);
