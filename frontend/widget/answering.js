// What the server answered, said in the form: what to correct, or thank you.

export function clear(form) {
  form.querySelectorAll(".wrong").forEach((note) => note.remove());
  for (const control of form.querySelectorAll("[aria-describedby^=wrong-]")) {
    control.removeAttribute("aria-describedby");
    control.removeAttribute("aria-invalid");
  }
}

// Beside its field, at the end of its group of boxes, or above the button when the form has no such field.
export function mark(form, errors) {
  for (const [name, sentence] of Object.entries(errors)) {
    const controls = [...form.elements].filter((one) => one.name === name && one.type !== "hidden");
    const note = say("wrong", "alert", sentence);
    note.id = `wrong-${name}`;
    for (const control of controls) {
      control.setAttribute("aria-describedby", note.id);
      // A radio is not wrong by itself; its group is.
      if (control.type !== "radio") control.setAttribute("aria-invalid", "true");
    }
    const group = controls.length > 1 && controls[0].closest("fieldset");
    if (group) group.append(note);
    else if (controls[0]) controls.at(-1).closest("label").after(note);
    else form.querySelector("[type=submit]").before(note);
  }
  (form.querySelector("[aria-describedby^=wrong-]") ?? form.querySelector(".wrong"))?.focus();
}

// In the place the form had, so that nothing below it moves.
export function thank(form, sentence) {
  form.style.minHeight = `${form.offsetHeight}px`;
  const note = say("done", "status", sentence);
  form.replaceChildren(note);
  note.focus();
}

function say(className, role, textContent) {
  return Object.assign(document.createElement("p"), { className, role, textContent, tabIndex: -1 });
}
