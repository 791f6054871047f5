// Which window the reader looks through: one of those with a name, which he keeps, or one set by hand for this series.
import { savePreferences } from "./preferences.js";
import { fromWidthAndLevel, namedWindow } from "./window_level.js";

export class GreyWindow {
  constructor(editor) {
    this.editor = editor;
    this.name = "automatic"; // or "manual"
    this.range = null; // { low, high }
  }

  // What a reader who comes back to a series finds: his own window there, or the one that he likes.
  recall(kept) {
    const byHand = kept?.name === "manual";
    this.name = byHand ? "manual" : this.editor.preferences.window;
    this.range = byHand ? kept.range : null;
  }

  // Another slice came: the window stays.
  refresh() {
    if (this.name === "manual") this.show(this.range);
    else this.show(namedWindow(this.name, this.editor.slice, this.editor.mask()));
  }

  choose(name) {
    const { editor } = this;
    this.name = name;
    editor.preferences = { ...editor.preferences, window: name };
    savePreferences(editor.preferences);
    this.refresh();
  }

  setWidthAndLevel(width, level) {
    const { low, high } = this.range;
    this.byHand(fromWidthAndLevel(width ?? high - low, level ?? (low + high) / 2));
  }

  // To the right widens, downwards brightens: 400 pixels double the window or shift it by its width.
  drag(start, x, y) {
    const width = (start.high - start.low) * 2 ** (x / 400);
    const level = (start.low + start.high) / 2 - (y / 400) * (start.high - start.low);
    this.byHand(fromWidthAndLevel(width, level));
  }

  // What the window was when a hand began to drag, for a drag that was none.
  restore({ name, range }) {
    this.name = name;
    this.show(range);
  }

  byHand(range) {
    this.name = "manual";
    this.show(range);
  }

  show(range) {
    this.range = range;
    this.editor.view.setWindow(range);
    this.editor.toolbar.refresh();
  }
}
