// A form with data-upload="<id of a progress>" says how much of its file has left; without this, it is just sent.
import { onContent } from "./content.js";

// What is wrong with the file; the form that comes with it is sent as any other.
const show = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main") ?? page.body);
};

const follow = (form) => {
  const shown = document.getElementById(form.dataset.upload);
  const bar = shown.querySelector("progress");
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? (100 * loaded) / total : 0;
    });
    // The way leads to the page of the file, or back here with what is wrong.
    request.addEventListener("load", () => {
      if (request.status < 400) location.assign(request.responseURL);
      else show(request.responseText);
    });
    request.addEventListener("error", () => form.submit());
    shown.hidden = false;
    form.querySelector("[type=submit]").disabled = true;
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
};

onContent("form[data-upload]", (forms) => forms.forEach(follow));
