// In the builder of segments, keys press the buttons of the row in which one works.
const VERBS = { ArrowUp: "up", ArrowDown: "down", Delete: "remove", Enter: "add" };

document.addEventListener("keydown", (event) => {
  const verb = event.altKey && event.shiftKey && VERBS[event.key];
  let row = verb && event.target.closest("[data-segment-row]");
  // A condition is added to the group around it.
  while (row) {
    const button = [...row.querySelectorAll(`[data-segment-do="${verb}"]`)].find((one) => one.closest("[data-segment-row]") === row);
    if (button) {
      event.preventDefault();
      button.click();
      return;
    }
    row = row.parentElement.closest("[data-segment-row]");
  }
});
