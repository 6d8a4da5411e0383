// htmx, with our CSRF token in its requests.
import htmx from "htmx.org";
import { csrfToken } from "./csrf.js";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

export default htmx;
