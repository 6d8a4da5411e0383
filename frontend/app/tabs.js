// On a narrow screen the tabs scroll sideways: the one of this page is brought into view.
import { onContent } from "./content.js";

onContent(".vo-tabs a[aria-current]", ([tab]) => {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});
