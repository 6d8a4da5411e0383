// The colours of the editor, from the page's own (custom properties reach into a shadow root).
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const highlighting = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: "var(--vo-code-tag)" },
  { tag: tags.attributeName, color: "var(--vo-code-name)" },
  { tag: [tags.attributeValue, tags.string], color: "var(--vo-code-value)" },
  { tag: tags.comment, color: "var(--vo-code-comment)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--vo-danger)" },
]);

export const look = EditorView.theme({
  "&": { height: "100%", fontSize: "0.875rem", color: "var(--tblr-body-color)", backgroundColor: "var(--tblr-bg-forms)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--tblr-font-monospace)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--tblr-body-color)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  ".cm-gutters": { backgroundColor: "var(--vo-ground)", color: "var(--vo-muted)", borderRight: "1px solid var(--tblr-border-color)" },
  ".cm-activeLine": { backgroundColor: "var(--vo-code-line)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--tblr-body-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--vo-code-selection)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--tblr-bg-surface)", color: "var(--tblr-body-color)", borderColor: "var(--tblr-border-color)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--vo-primary-fill)", color: "var(--vo-primary-ink)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--vo-ground)", borderColor: "var(--tblr-border-color)", color: "inherit" },
});
