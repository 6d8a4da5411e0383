// The MJML elements the editor proposes, with what may stand inside.
const PADDING = ["padding", "padding-top", "padding-bottom", "padding-left", "padding-right", "css-class"];
const TEXT = ["color", "font-family", "font-size", "font-weight", "line-height", "align"];
const CONTENT = ["mj-text", "mj-image", "mj-button", "mj-divider", "mj-spacer", "mj-table", "mj-social", "mj-raw", "mj-navbar"];

export const ELEMENTS = [
  { name: "mjml", top: true, children: ["mj-head", "mj-body"], attributes: ["lang"] },
  { name: "mj-head", children: ["mj-title", "mj-preview", "mj-attributes", "mj-style", "mj-font", "mj-breakpoint"] },
  { name: "mj-title" },
  { name: "mj-preview" },
  { name: "mj-attributes", children: ["mj-all", "mj-class", "mj-text", "mj-button", "mj-section", "mj-image"] },
  { name: "mj-all", attributes: ["font-family"] },
  { name: "mj-class", attributes: ["name", ...TEXT] },
  { name: "mj-style", attributes: ["inline"] },
  { name: "mj-font", attributes: ["name", "href"] },
  { name: "mj-breakpoint", attributes: ["width"] },
  { name: "mj-body", children: ["mj-section", "mj-wrapper", "mj-hero", "mj-raw"], attributes: ["background-color", "width"] },
  { name: "mj-wrapper", children: ["mj-section", "mj-hero"], attributes: ["background-color", "background-url", ...PADDING] },
  { name: "mj-section", children: ["mj-column", "mj-group", "mj-raw"], attributes: ["background-color", "background-url", "full-width", "direction", ...PADDING] },
  { name: "mj-group", children: ["mj-column"], attributes: ["width", "vertical-align"] },
  { name: "mj-column", children: CONTENT, attributes: ["width", "vertical-align", "background-color", "border-radius", ...PADDING] },
  { name: "mj-hero", children: CONTENT, attributes: ["mode", "height", "background-url", "background-color", ...PADDING] },
  { name: "mj-text", attributes: [...TEXT, ...PADDING] },
  { name: "mj-image", attributes: ["src", "alt", "href", "width", "height", "align", "border-radius", ...PADDING] },
  { name: "mj-button", attributes: ["href", "background-color", "border-radius", "inner-padding", "width", ...TEXT, ...PADDING] },
  { name: "mj-divider", attributes: ["border-color", "border-width", "border-style", "width", ...PADDING] },
  { name: "mj-spacer", attributes: ["height"] },
  { name: "mj-table", attributes: ["cellpadding", "cellspacing", "width", ...TEXT, ...PADDING] },
  { name: "mj-social", children: ["mj-social-element"], attributes: ["mode", "icon-size", "align", ...PADDING] },
  { name: "mj-social-element", attributes: ["name", "href", "src", "alt"] },
  { name: "mj-navbar", children: ["mj-navbar-link"], attributes: ["hamburger", "align"] },
  { name: "mj-navbar-link", attributes: ["href", ...TEXT] },
  { name: "mj-raw" },
];
