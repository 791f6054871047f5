// Reads the keys while the editor has the focus, and remembers which are held down.
import { findKey } from "../panel/keys.js";

export class KeyReader {
  constructor(editor) {
    this.editor = editor;
    this.held = new Map(); // key on the board -> the row that it began
    this.control = false; // Ctrl itself is down; two fingers that pinch only claim so
    editor.root.addEventListener("keydown", (event) => this.down(event));
    editor.root.addEventListener("keyup", (event) => this.up(event));
    editor.root.addEventListener("focusout", () => this.letGo());
  }

  down(event) {
    const { editor } = this;
    const target = event.composedPath()[0];
    if (event.key === "Control") this.control = true;
    // Streamlit would rerun on `r` and clear its caches on `c`, although the reader speaks to the editor.
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    if (editor.keyPage.isOpen) return editor.keyPage.read(event);
    if (editor.keyPointer?.keyDown(event)) {
      event.stopPropagation();
      return event.preventDefault();
    }
    if (isField(target)) {
      if (event.key === "Escape" || event.key === "Enter") editor.toolbar.menu.close();
      return;
    }
    if (target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key)) return; // presses that button
    if (target.type === "range" && event.key.startsWith("Arrow")) return;
    if (event.key === "Escape") return editor.escape();
    if (!editor.cine?.isPlaying && editor.tool?.key?.(event.key, event)) {
      editor.takenByTool(event.key);
      editor.toolbar.refreshStatus();
      return event.preventDefault();
    }
    const row = findKey(event, editor.editable, editor.boundKeys);
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !row.repeat) return;
    this.held.set(event.code || event.key, row);
    editor.repeating = event.repeat;
    editor.perform(row.action, true);
    editor.repeating = false;
  }

  up(event) {
    if (event.key === "Control") this.control = false;
    this.editor.keyPointer?.keyUp(event);
    const name = event.code || event.key;
    const row = this.held.get(name);
    this.held.delete(name);
    if (row) this.editor.released(row.action);
  }

  // Whoever looks away has no key in the hand.
  letGo() {
    this.control = false;
    this.editor.keyPointer?.lift();
    for (const row of this.held.values()) this.editor.released(row.action);
    this.held.clear();
  }
}

export function isField(target) {
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target.tagName === "INPUT" && !["range", "checkbox", "radio", "button"].includes(target.type);
}
