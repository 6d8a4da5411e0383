// The studio of widgets: one's own look begins with the look that was worn last.
import { onContent } from "./content.js";

onContent("form[data-studio]", (forms) => forms.forEach(lendLooks));

function lendLooks(form) {
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "theme" || !target.dataset.theme) return;
    const { background, text_colour, ...rest } = JSON.parse(target.dataset.theme);
    for (const [name, value] of Object.entries(rest)) form.elements[name].value = value;
    form.elements.own_ground.checked = Boolean(background);
    if (background) Object.entries({ background, text_colour }).forEach(([name, value]) => (form.elements[name].value = value));
  });
}
