// A button that prints the page.
import { onContent } from "./content.js";

onContent("[data-print]", (buttons) => buttons.forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
}));
