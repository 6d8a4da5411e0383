// Shows a password that is being chosen, and says how strong it is: length is what counts.
import { onContent } from "./content.js";

const VERY_GOOD = 18;

onContent("[data-password-tools]", (tools) => tools.forEach((tool) => {
  const field = document.getElementById(tool.dataset.passwordTools);
  const button = tool.querySelector("button");
  const word = tool.querySelector("[role=status]");
  const shortest = Number(field.dataset.newPassword);
  tool.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  field.addEventListener("input", () => { word.textContent = strength(tool, field.value, shortest); });
  // Password managers know a password by its type.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}));

function strength({ dataset }, password, shortest) {
  if (!password) return "";
  if (password.length < shortest || new Set(password).size < 5) return dataset.weak;
  return password.length < VERY_GOOD ? dataset.good : dataset.strong;
}
