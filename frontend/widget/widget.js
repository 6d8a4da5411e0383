// <volontiers-form form="…">: takes the plain form inside it, gives it a look of its own, and answers in place.
// Without this script the plain form works as it stands. Nothing is stored in the visitor's browser.
import css from "./widget.css";

const SELF = document.currentScript;
const ORIGIN = new URL(SELF?.src ?? location.href).origin;
const NAME = "volontiers-form";

class VolontiersForm extends HTMLElement {
  async connectedCallback() {
    if (this.shadowRoot) return;
    this.address = `${ORIGIN}/f/${encodeURIComponent(this.getAttribute("form") ?? "")}`;
    const plain = this.querySelector("form");
    const today = await this.ask(`${this.address}/form.json`);
    // Who began before we came goes on with what is on the page.
    const form = today && !isBegun(plain) ? parse(today.html) : plain;
    if (!form) return;
    if (today) this.style.setProperty("--volontiers-colour", today.colour);
    this.stamp = today?.stamp ?? "";
    if (today) doubt(form, today.typos);
    this.dress(form);
    this.tell("shown");
  }

  dress(form) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const focused = form.contains(document.activeElement) && document.activeElement;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(form);
    this.replaceChildren();
    if (focused) focused.focus();
    form.noValidate = true;
    form.addEventListener("focusin", () => this.tell("started"), { once: true });
    form.addEventListener("submit", (event) => this.submit(event, form));
  }

  async submit(event, form) {
    event.preventDefault();
    clear(form);
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("stamp", this.stamp);
    let answer = await this.ask(this.address, { method: "POST", body });
    if (answer?.challenge) answer = await this.prove(answer.challenge, body);
    button.disabled = false;
    // A site whose policy forbids our requests still lets the form be sent as a page.
    if (!answer || answer.challenge) form.submit();
    else if (answer.errors) mark(form, answer.errors);
    else if (answer.redirect) location.assign(answer.redirect);
    else thank(form, answer.thanks);
  }

  async ask(address, options = {}) {
    try {
      const answer = await fetch(address, { ...options, credentials: "omit", headers: { Accept: "application/json" } });
      return answer.ok || [422, 428].includes(answer.status) ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // Asked for while the widget is busy: a second of work for one person, much for a thousand sign-ups.
  async prove(challenge, body) {
    try {
      if (!VolontiersForm.solve) await load("/embed/v1-proof.js");
      body.set("altcha", await VolontiersForm.solve(challenge));
    } catch {
      return null;
    }
    return this.ask(this.address, { method: "POST", body });
  }

  tell(what) {
    fetch(`${this.address}/${what}`, { method: "POST", credentials: "omit", keepalive: true }).catch(() => {});
  }
}

function load(path) {
  const script = document.createElement("script");
  script.nonce = SELF?.nonce ?? "";
  script.src = ORIGIN + path;
  return new Promise((done, failed) => {
    Object.assign(script, { onload: done, onerror: failed });
    document.head.append(script);
  });
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("form");
}

function isBegun(form) {
  if (!form) return false;
  const filled = [...form.elements].some(({ type, checked, value }) => (type === "checkbox" ? checked : type !== "hidden" && value));
  return filled || form.contains(document.activeElement);
}

function clear(form) {
  form.querySelectorAll(".wrong").forEach((note) => note.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
}

// Asks about a slip such as gmial.com; what was typed is never changed without a click.
function doubt(form, { question, usual, real }) {
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
  // Not at once: the page must not move under a finger that is on its way to the next button.
  input.addEventListener("change", () => setTimeout(() => {
    const [, name, domain] = input.value.trim().match(/^(.+)@(.+)$/) ?? [];
    const typed = domain?.toLowerCase();
    const meant = typed && ![...usual, ...real].includes(typed) && usual.find((one) => isOneSlip(typed, one));
    button.value = `${name}@${meant}`;
    button.textContent = question.replace("{}", button.value);
    if (meant) note.append(button);
    else button.remove();
  }, 300));
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

function mark(form, errors) {
  for (const [name, sentence] of Object.entries(errors)) {
    const input = form.elements[name];
    const note = document.createElement("span");
    note.className = "wrong";
    note.id = `wrong-${name}`;
    note.setAttribute("role", "alert");
    note.textContent = sentence;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", note.id);
    input.closest("label").append(note);
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function thank(form, sentence) {
  const note = document.createElement("p");
  note.className = "done";
  note.setAttribute("role", "status");
  note.tabIndex = -1;
  form.replaceChildren(note);
  note.textContent = sentence;
  note.focus();
}

if (!customElements.get(NAME)) customElements.define(NAME, VolontiersForm);
