// What every back-office page runs. Each module finds its own elements by their data attributes.
import "./htmx.js";
import "./popovers.js";
import "./dialogs.js";
import "./copy.js";
import "./forms.js";
import "./search.js";
import "./segments.js";
import "./keys.js";
import "./tables.js";
import "./tabs.js";
import "./theme.js";
import "./passwords.js";
import "./inserting.js";
import "./preview.js";
import "./printing.js";
import "./studio.js";
import "./upload.js";
import { onContent } from "./content.js";

onContent("canvas[data-chart]", (canvases) => {
  import("./charts.js").then(({ draw }) => canvases.forEach(draw));
});
onContent("#counter", () => import("./counter.js"));
onContent("textarea[data-editor]", (areas) => {
  import("./editor.js").then(({ upgrade }) => areas.forEach(upgrade));
});
