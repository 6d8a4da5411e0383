// Asks about a slip such as gmial.com; what was typed is never changed without a click. Fetched once an address was typed.

export function doubt(form, { question, usual, real }) {
  const input = form.elements.email;
  const note = document.createElement("p");
  const button = document.createElement("button");
  note.setAttribute("role", "status");
  button.type = "button";
  button.className = "hint";
  input.closest("label").after(note);
  button.addEventListener("click", () => {
    input.value = button.value;
    button.remove();
    input.focus();
  });
  const ask = () => {
    const [, name, domain] = input.value.trim().match(/^(.+)@(.+)$/) ?? [];
    const typed = domain?.toLowerCase();
    const meant = typed && ![...usual, ...real].includes(typed) && usual.find((one) => isOneSlip(typed, one));
    button.value = `${name}@${meant}`;
    button.textContent = question.replace("{}", button.value);
    if (meant) note.append(button);
    else button.remove();
  };
  // Not at once: the page must not move under a finger that is on its way to the next button.
  const soon = () => setTimeout(ask, 300);
  input.addEventListener("change", soon);
  soon();
}

// One letter wrong, missing or too many, or two neighbours that changed places.
function isOneSlip(typed, meant) {
  const shorter = Math.min(typed.length, meant.length);
  let start = 0;
  let end = 0;
  while (start < shorter && typed[start] === meant[start]) start++;
  while (end < shorter - start && typed.at(-1 - end) === meant.at(-1 - end)) end++;
  const one = typed.slice(start, typed.length - end);
  const other = meant.slice(start, meant.length - end);
  if (one.length === 2 && other.length === 2) return one[0] === other[1] && one[1] === other[0];
  return one.length < 2 && other.length < 2;
}
