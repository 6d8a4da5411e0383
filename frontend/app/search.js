// The key "/" goes to the search box of the page, Ctrl+K to the one that finds contacts from anywhere.
document.addEventListener("keydown", (event) => {
  const box = wanted(event);
  if (!box) return;
  event.preventDefault();
  // On a phone the way around, and the box in it, is a popover.
  const around = box.closest("[popover]");
  if (around && getComputedStyle(around).display === "none") around.showPopover();
  box.focus();
  box.select();
});

function wanted(event) {
  const anywhere = document.querySelector("[data-find]");
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    const here = document.querySelector("[data-search]");
    // The editor of a mail has a Ctrl+K of its own.
    return event.key === "k" && !event.target.closest("[data-editor-host]") ? anywhere ?? here : null;
  }
  if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable], [data-editor-host]")) return null;
  return document.querySelector("[data-search]") ?? anywhere;
}
