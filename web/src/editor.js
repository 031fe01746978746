// An editor in the place of a cell's code, in the page's own colours.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// The names that Pygments gives to the parts of the saved code: the theme's colours, light and dark, fit both.
const colours = tagHighlighter([
  { tag: tags.comment, class: "c1" },
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.self], class: "k" },
  { tag: tags.moduleKeyword, class: "kn" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: [tags.operator, tags.derefOperator, tags.compareOperator, tags.arithmeticOperator], class: "o" },
  { tag: tags.definitionOperator, class: "o" },
  { tag: tags.number, class: "mf" },
  { tag: tags.string, class: "s2" },
  { tag: tags.escape, class: "se" },
  { tag: tags.special(tags.string), class: "s2" },
  { tag: tags.special(tags.brace), class: "si" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.className, class: "nc" },
  { tag: tags.meta, class: "nd" },
  { tag: [tags.paren, tags.squareBracket, tags.brace, tags.separator], class: "p" },
  { tag: [tags.variableName, tags.propertyName], class: "n" },
]);

/**
 * @param {HTMLElement} pre the saved code, which the editor hides
 * @param {{label: string, onRun: () => void, onChange: (text: string) => void}} options
 */
export function edit(pre, text, { label, onRun, onChange }) {
  const run = () => (onRun(), true);
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        // Tab is left to the browser: readers who use the keyboard must be able to leave the cell.
        keymap.of([
          { key: "Shift-Enter", run },
          { key: "Mod-Enter", run },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        history(),
        drawSelection(),
        python(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", spellcheck: "false" }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  const { fontSize, lineHeight } = getComputedStyle(pre); // the same, to the pixel: the page must not jump
  Object.assign(view.scrollDOM.style, { fontSize, lineHeight });
  // A key typed here is no shortcut of the page's, such as / for the search.
  view.dom.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.altKey || event.stopPropagation());
  pre.hidden = true;
  pre.after(view.dom);
  return {
    /** Have the keyboard, with the cursor where the mouse is, unless the editor has seen to that itself. */
    enter(x, y) {
      if (view.hasFocus) return;
      view.focus();
      view.dispatch({ selection: { anchor: view.posAtCoords({ x, y }, false) } });
    },
    replace: (source) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } }),
  };
}
