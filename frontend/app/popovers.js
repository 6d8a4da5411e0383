// Menus and hints open beside their button. Without JavaScript they open in the middle of the page.
const GAP = 4;

function place(popover, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + GAP + height <= window.innerHeight || at.top < height + GAP;
  const left = Math.min(at.left + width > window.innerWidth ? at.right - width : at.left, window.innerWidth - width - GAP);
  popover.style.inset = "auto";
  popover.style.margin = "0";
  popover.style.left = `${Math.max(GAP, left)}px`;
  popover.style.top = `${below ? at.bottom + GAP : at.top - height - GAP}px`;
}

const buttonOf = (popover) => document.querySelector(`[data-menu][popovertarget="${CSS.escape(popover.id)}"]`);

document.addEventListener("toggle", ({ target, newState }) => {
  if (!target.popover) return;
  const button = buttonOf(target);
  if (newState !== "open" || !button) return;
  place(target, button);
}, true);

const closeAll = () => document.querySelectorAll(".dropdown-menu:popover-open").forEach((open) => open.hidePopover());
window.addEventListener("resize", closeAll);
document.addEventListener("scroll", ({ target }) => {
  if (!target.closest?.("[popover]")) closeAll();
}, { capture: true, passive: true });

// Arrows walk through a menu.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".dropdown-menu") ?? openedBy(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  const lines = [...menu.querySelectorAll("a[href], button")].filter((line) => line.offsetParent);
  const next = lines[(lines.indexOf(document.activeElement) + step + lines.length) % lines.length];
  event.preventDefault();
  next?.focus();
});

function openedBy(button) {
  const id = button.getAttribute?.("popovertarget");
  const menu = id && document.getElementById(id);
  return menu?.matches(".dropdown-menu:popover-open") ? menu : null;
}
