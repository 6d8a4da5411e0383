// Copies a field's value and says so.
import { onContent } from "./content.js";

const SAID_FOR_MS = 2000;

onContent("[data-copy]", (buttons) => buttons.forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}));

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  await write(field);
  const label = button.querySelector("[data-copy-label]");
  const word = label.textContent;
  if (word === button.dataset.copied) return;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = word; }, SAID_FOR_MS);
}

// Outside HTTPS and localhost there is no clipboard: the text is selected, ready for the keyboard.
async function write(field) {
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
}
