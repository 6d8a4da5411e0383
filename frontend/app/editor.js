// MJML in CodeMirror. It lives in a shadow root, where it may adopt style sheets under our strict CSP.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { xml } from "@codemirror/lang-xml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { ELEMENTS } from "./mjml.js";
import { highlighting, look } from "./editor-look.js";

export function upgrade(area) {
  if (area.dataset.upgraded) return;
  area.dataset.upgraded = "yes";
  const host = document.createElement("div");
  host.className = "vo-editor";
  host.dataset.editorHost = "";
  area.after(host);
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({ parent: root, root, state: EditorState.create({ doc: area.value, extensions: extensions(area) }) });
  area.classList.add("visually-hidden");
  area.tabIndex = -1;
  area.setAttribute("aria-hidden", "true");
  document.querySelector(`label[for="${CSS.escape(area.id)}"]`)?.addEventListener("click", () => view.focus());
  area.addEventListener("focus", () => view.focus());
  area.addEventListener("editor:errors", ({ detail }) => view.dispatch(setDiagnostics(view.state, diagnostics(view, detail))));
  area.addEventListener("editor:insert", ({ detail }) => insert(view, detail));
}

function extensions(area) {
  const name = document.querySelector(`label[for="${CSS.escape(area.id)}"]`)?.textContent ?? area.name;
  return [
    lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
    closeBrackets(), autocompletion(), highlightActiveLine(), highlightSelectionMatches(),
    xml({ elements: ELEMENTS, autoCloseTags: true }), syntaxHighlighting(highlighting), look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0" }),
    EditorState.readOnly.of(area.readOnly || area.disabled),
    // Escape, then Tab, leaves the editor: CodeMirror's way out for the keyboard.
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => { if (update.docChanged) sync(update.state, area); }),
  ];
}

function sync(state, area) {
  area.value = state.doc.toString();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// An element has its place: where nobody has put the cursor yet, the end of the first column.
function insert(view, text) {
  const { doc, selection } = view.state;
  const untouched = text.startsWith("<mj-") && !selection.main.to;
  const at = untouched ? doc.toString().indexOf("</mj-column>") : -1;
  const change = { changes: { from: at, insert: `${text}\n` }, selection: { anchor: at + text.length } };
  view.dispatch(at < 0 ? view.state.replaceSelection(text) : { ...change, scrollIntoView: true });
  view.focus();
}

function diagnostics(view, errors) {
  return errors.map(({ line, message, severity = "error" }) => {
    const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    return { from: at.from, to: at.to, severity, message };
  });
}
