// Saves one press: in the browser where somebody signed up on a page of ours, the confirmation page presses its own
// button. A mail scanner, whatever it runs, has no such memory. Nothing goes to anybody: the mark stays here for a day.
const KEY = "volontiers-sign-ups";
const LASTS = 24 * 3600 * 1000;

const signUps = () => {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(KEY)) ?? {});
    return Object.fromEntries(kept.filter(([, at]) => Date.now() - at < LASTS));
  } catch {
    return {};
  }
};

const keep = (marks) => {
  try {
    if (Object.keys(marks).length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(marks));
  } catch {
    // A browser that keeps nothing: the person presses the button.
  }
};

const marks = signUps();
const made = document.querySelector("[data-signed-up]")?.dataset.signedUp;
const form = document.querySelector("form[data-same-browser]");
if (made) keep({ ...marks, [made]: Date.now() });
if (form && form.dataset.sameBrowser in marks) {
  delete marks[form.dataset.sameBrowser];
  keep(marks);
  form.requestSubmit();
}
