// A button writes its text where the cursor is: button[data-insert][data-insert-into="id of a field"].
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-insert]");
  if (!button) return;
  const area = document.getElementById(button.dataset.insertInto);
  if (area.dataset.upgraded) area.dispatchEvent(new CustomEvent("editor:insert", { detail: button.dataset.insert }));
  else {
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }
});
