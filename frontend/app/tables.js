// Tables: as cards on a phone each cell bears its column's name; a wide one can be scrolled by keyboard.
import { onContent } from "./content.js";

onContent("table[data-cards]", (tables) => tables.forEach((table) => {
  const heads = [...table.querySelectorAll("thead th")];
  table.setAttribute("role", "table");
  for (const row of table.tBodies[0]?.rows ?? []) {
    row.setAttribute("role", "row");
    [...row.cells].forEach((cell, index) => label(cell, heads[index]));
  }
}));

// Cells laid out as blocks lose their role in some browsers: it is said again.
function label(cell, head) {
  cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
  if (head && cell.tagName === "TD" && !head.querySelector(".visually-hidden")) cell.dataset.label = head.textContent.trim();
}

const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => reachable(target)));
onContent("[data-scrollable]", (boxes) => boxes.forEach((box) => watch.observe(box)));

function reachable(box) {
  const scrolls = box.scrollWidth > box.clientWidth;
  for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", box.dataset.scrollable]]) {
    if (scrolls) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}
