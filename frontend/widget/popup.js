// A widget that comes over the page: when it may, once, and never in the way of somebody who types.
// All it leaves behind is a day until which it stays away, once somebody closed it or signed up.
import css from "./popup.css";

const SOON = 1000; // milliseconds
const AFTER_SIGN_UP = 365; // days
let shown; // One at a time.
let came = false; // One that comes by itself is enough for one look at a page.

// Puts the form into a box. The answer waits for the moment to open it, and gives back what ends the wait.
export function over(host, form, today, dress) {
  if (today.display.as === "slide_in" && !HTMLElement.prototype.showPopover) return null;
  const box = new Box(host, form, today);
  const root = dress(box.element, today.theme, css);
  root.append(document.createElement("slot"));
  if (box.display.trigger === "click" && !host.querySelector("[data-volontiers-open]")) root.append(opener(box));
  return () => watch(box);
}

class Box {
  constructor(host, form, { display, words }) {
    const isModal = display.as === "popup";
    const submit = form.querySelector("[type=submit]");
    const refuse = button("refuse", words.refuse, () => this.close());
    const close = button("close", "×", () => this.close());
    close.setAttribute("aria-label", words.close);
    const element = make(isModal ? "dialog" : "section", { className: `over ${display.as} ${display.side}`, lang: form.lang, tabIndex: -1 });
    element.setAttribute("part", "box");
    element.setAttribute("aria-label", (form.querySelector("h2") ?? submit).textContent);
    element[isModal ? "closedBy" : "popover"] = isModal ? "any" : "manual";
    element.append(row("volontiers bar", close), form);
    const actions = row("actions");
    submit.replaceWith(actions);
    actions.append(submit, refuse);
    Object.assign(this, { host, display, element, isModal, key: `volontiers-${host.getAttribute("form")}` });
    element.addEventListener(isModal ? "close" : "toggle", (event) => event.newState !== "open" && this.gone());
    element.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget && !element.contains(relatedTarget)) this.before = relatedTarget;
    });
    host.addEventListener("volontiers:submitted", () => this.stayAway(AFTER_SIGN_UP));
  }

  // Whoever pressed a button is led in; whoever did not keeps the place where they were, unless the page waits behind.
  open(isAsked) {
    if (shown === this) return;
    shown?.close(true);
    shown = this;
    this.isReplaced = false;
    this.before = focused();
    if (this.isModal) this.element.showModal();
    else this.element.showPopover();
    if (this.isModal || isAsked) this.element.focus();
    if (!this.isCounted) this.host.tell("shown");
    this.isCounted = true;
    this.host.say("opened");
  }

  close(isReplaced = false) {
    this.isReplaced = isReplaced;
    const isInside = this.element.contains(this.host.shadowRoot.activeElement);
    if (this.isModal) this.element.close();
    else this.element.hidePopover();
    if (isInside) this.before?.focus();
  }

  gone() {
    if (shown === this) shown = undefined;
    if (!this.isReplaced) this.stayAway(this.display.cap_days);
    this.host.say("closed");
  }

  // By itself: on the pages it was meant for, when it was not closed lately, and when nobody is busy.
  come() {
    if (came || shown || !isMeantFor(this.display) || this.isAway()) return;
    clearTimeout(this.timer);
    if (!isBusy()) {
      came = true;
      this.open(false);
    } else if (this.display.trigger !== "exit") this.timer = setTimeout(() => this.come(), SOON);
  }

  isAway() {
    try {
      const until = localStorage.getItem(this.key);
      if (until && until <= day(0)) localStorage.removeItem(this.key);
      return until > day(0);
    } catch {
      return false;
    }
  }

  // Where the browser keeps nothing, once for each look at a page is what remains.
  stayAway(days) {
    if (this.display.trigger === "click" || !days) return;
    try {
      if (!(localStorage.getItem(this.key) > day(days))) localStorage.setItem(this.key, day(days));
    } catch {
      // Refused.
    }
  }
}

function watch(box) {
  const end = new AbortController();
  const { trigger, delay, scroll } = box.display;
  const when = (target, what, act) => target.addEventListener(what, act, { signal: end.signal, capture: true });
  const id = box.host.getAttribute("form");
  when(document, "click", (event) => {
    const [target] = event.composedPath();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || !target.closest?.(`[data-volontiers-open="${CSS.escape(id)}"]`)) return;
    event.preventDefault();
    box.open(true);
  });
  when(document, "keydown", ({ key }) => key === "Escape" && !box.isModal && shown === box && box.close());
  if (trigger === "delay") box.timer = setTimeout(() => box.come(), delay * 1000);
  if (trigger === "scroll") when(window, "scroll", () => seen() >= scroll && box.come());
  if (trigger === "exit") when(document.documentElement, "mouseleave", ({ clientY }) => clientY <= 0 && box.come());
  return () => {
    end.abort();
    clearTimeout(box.timer);
    if (shown === box) box.close(true);
  };
}

function isMeantFor({ pages, pages_not }) {
  const path = readable(location.pathname);
  const names = (pattern) => new RegExp(`^${readable(pattern).split("*").map(quoted).join(".*")}/?$`).test(path);
  return (!pages.length || pages.some(names)) && !pages_not.some(names);
}

function readable(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const quoted = (text) => text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");

// Somebody types, pays in a frame, answers another window or looks at another tab.
function isBusy() {
  const at = focused();
  return document.hidden || at?.isContentEditable || at?.matches("input, select, textarea, iframe") || document.querySelector(":modal");
}

function focused() {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

// How far the page was scrolled, in percent.
const seen = () => (100 * scrollY) / (document.documentElement.scrollHeight - innerHeight);

const day = (ahead) => new Date(Date.now() + ahead * 864e5).toISOString().slice(0, 10);

const make = (name, values) => Object.assign(document.createElement(name), values);

function button(className, textContent, act) {
  const made = make("button", { type: "button", className, textContent });
  made.addEventListener("click", act);
  return made;
}

function row(className, ...children) {
  const made = make("div", { className });
  made.append(...children);
  return made;
}

function opener(box) {
  const made = button("opener", box.display.opener, () => box.open(true));
  made.setAttribute("aria-haspopup", "dialog");
  return row("volontiers opener", made);
}
