// <volontiers-form form="…">: takes the plain form inside it, gives it a look of its own, and answers in place.
// Without this script the plain form works as it stands. Nothing is stored in the visitor's browser.
import { clear, mark, thank } from "./answering.js";
import css from "./widget.css";

const SELF = document.currentScript ?? document.querySelector('script[src*="/embed/v1.js"]');
const ORIGIN = new URL(SELF?.src ?? location.href).origin;
const NAME = "volontiers-form";
// After that the form on the page goes on alone, in milliseconds.
const PATIENCE = 8000;

class VolontiersForm extends HTMLElement {
  async connectedCallback() {
    await (this.begun ??= this.begin());
    if (this.isConnected) this.stop ??= this.watch?.();
  }

  // By which link or page somebody came, as its mark says.
  get source() {
    return this.getAttribute("source") ?? "";
  }

  disconnectedCallback() {
    this.stop?.();
    this.stop = null;
  }

  async begin() {
    this.address = `${ORIGIN}/f/${encodeURIComponent(this.getAttribute("form"))}`;
    const today = (await ask(`${this.address}/form.json?lang=${encodeURIComponent(this.lang)}`)) ?? {};
    if (!this.nextSibling && document.readyState === "loading") await on(document, "DOMContentLoaded");
    const plain = this.querySelector("form");
    if (today.closed) return plain && this.dress(closed(today.closed));
    // Who began before we came goes on with what is on the page.
    const fresh = isBegun(plain) ? null : parse(today.html);
    const form = fresh ?? plain;
    if (!form) return;
    if (fresh) form.lang = today.lang;
    if (today.stamp) form.append(hidden("stamp", today.stamp));
    form.append(hidden("source", this.source));
    if (today.typos) on(form.elements.email, "change").then(async () => (await fetched("typos"))?.doubt(form, today.typos));
    form.noValidate = true;
    form.addEventListener("focusin", () => this.tell("started"), { once: true });
    form.addEventListener("submit", (event) => this.submit(event, form));
    if (fresh && /popup|slide_in/.test(today.display?.as)) {
      this.watch = (await fetched("popup"))?.over(this, form, today, this.dress.bind(this));
    }
    if (this.watch) return;
    this.dress(form, today.theme);
    this.tell("shown");
  }

  dress(content, theme = {}, more = "") {
    const sheet = new CSSStyleSheet();
    const tokens = Object.entries(theme).map(([name, value]) => `--volontiers-${name}:${value}`);
    sheet.replaceSync(`:host{display:block;${tokens.join(";")}}:host([hidden]){display:none}${css}${more}`);
    const focused = content.contains(document.activeElement) && document.activeElement;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(content);
    this.querySelector("form")?.remove();
    if (focused) focused.focus();
    return root;
  }

  async submit(event, form) {
    event.preventDefault();
    clear(form);
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const body = new URLSearchParams(new FormData(form));
    let answer = await ask(this.address, { method: "POST", body });
    if (answer?.challenge) {
      // Asked for while the widget is busy: a second of work for one person, much for a thousand sign-ups.
      const proof = await (await fetched("proof"))?.solve(answer.challenge);
      if (proof) body.set("altcha", proof);
      answer = proof && (await ask(this.address, { method: "POST", body }));
    }
    button.disabled = false;
    if (answer?.errors) mark(form, answer.errors);
    else if (answer?.closed) thank(form, answer.closed);
    else if (answer && "thanks" in answer) {
      this.say("submitted");
      if (answer.redirect) location.assign(answer.redirect);
      else thank(form, answer.thanks);
    }
    // A site whose policy forbids our requests still lets the form be sent as a page.
    else form.submit();
  }

  say(what) {
    this.dispatchEvent(new CustomEvent(`volontiers:${what}`, { bubbles: true, detail: { form: this.getAttribute("form") } }));
  }

  tell(what) {
    this.say(what);
    const body = new URLSearchParams({ source: this.source });
    fetch(`${this.address}/${what}`, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => {});
  }
}

async function ask(address, options = {}) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(address, { ...options, signal, credentials: "omit", headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return null;
  }
}

// What few visitors need comes when they do; a policy that refuses it leaves the form as it is.
const fetched = (part) => import(`${ORIGIN}/embed/v1-${part}.js`).catch(() => null);

const on = (target, what) => new Promise((go) => target.addEventListener(what, go, { once: true }));

// A policy of trusted types may know ours or not; not, then the form on the page it is.
let trusted;
function parse(html = "") {
  try {
    trusted ??= window.trustedTypes?.createPolicy("volontiers", { createHTML: String }) ?? { createHTML: String };
    return new DOMParser().parseFromString(trusted.createHTML(html), "text/html").querySelector("form");
  } catch {
    return null;
  }
}

function isBegun(form) {
  if (!form) return false;
  const isTouched = ({ value, defaultValue = value, checked, defaultChecked }) => value !== defaultValue || checked !== defaultChecked;
  return [...form.elements].some(isTouched) || form.contains(document.activeElement);
}

const make = (name, values) => Object.assign(document.createElement(name), values);
const hidden = (name, value) => make("input", { type: "hidden", name, value });
const closed = (textContent) => make("p", { className: "volontiers", textContent });

if (!customElements.get(NAME)) customElements.define(NAME, VolontiersForm);
