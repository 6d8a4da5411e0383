// Does something with the elements of the page, and with those htmx brings later.
export function onContent(selector, act) {
  const visit = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    if (found.length) act(found);
  };
  visit(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) visit(event.target);
  });
}
