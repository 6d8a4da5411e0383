// Keys that press buttons: those that say `data-key`. They can be switched off (WCAG 2.1.4), for good.
const OFF = "keys-off";
const TYPING = "textarea, select, [contenteditable], [data-editor-host], input:not([type=radio], [type=checkbox])";

const allowed = () => localStorage.getItem(OFF) === null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !allowed()) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  // Arrows move among the choices of a line.
  if (event.key.startsWith("Arrow") && event.target.closest("input")) return;
  const button = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const show = (box) => {
  box.checked = allowed();
  document.documentElement.toggleAttribute("data-keys-off", !allowed());
};
document.querySelectorAll("[data-keys-switch]").forEach((box) => {
  show(box);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    show(box);
  });
});
