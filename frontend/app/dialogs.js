// Native dialogs: opened by a button, or between a submit button and its form.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) open(opener.dataset.dialogOpen);
  const asking = event.target.closest("[data-confirm]");
  if (asking) {
    event.preventDefault();
    askFirst(asking);
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  // A press on the dialog itself is on its backdrop: its content covers the rest.
  if (event.target instanceof HTMLDialogElement && isOutside(event)) event.target.close();
});

function open(id) {
  document.getElementById(id)?.showModal();
}

// A dialog in a menu would vanish with it: it goes to the body, its controls still the form's.
function askFirst(button) {
  const dialog = document.getElementById(button.dataset.confirm);
  // Enter in a field of the dialog presses the form's first button, which is this one.
  if (dialog.open) {
    button.form.requestSubmit(dialog.querySelector('[type="submit"]'));
    return;
  }
  if (button.closest("[popover]")) {
    dialog.querySelectorAll("button, input, select, textarea").forEach((control) => control.setAttribute("form", button.form.id));
    document.body.append(dialog);
  }
  dialog.showModal();
}

function isOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
