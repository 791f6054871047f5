// The line below the well: what is under the cursor, what is being drawn, and whether the store has it.
import { element, setText } from "./dom.js";
import { shortNumber } from "./numbers.js";

const CELLS = ["pixel", "millimetre", "intensity", "tissue", "sure", "tool", "stored", "scale"];

export class StatusLine {
  constructor(editor, labels) {
    this.editor = editor;
    this.labels = labels;
    this.cells = Object.fromEntries(CELLS.map((name) => [name, element("span", { class: `cell ${name}` })]));
    const role = { role: "status", "aria-live": "off" }; // read aloud it would never stop
    this.root = element("div", { class: "status", ...role }, ...Object.values(this.cells));
  }

  refresh() {
    const { editor, cells } = this;
    const { slice } = editor.view; // that is on the screen
    if (!slice) return;
    const at = editor.pixelUnderCursor();
    const index = at ? at.y * slice.width + at.x : -1;
    const sure = at && slice.confidence ? Math.round((slice.confidence[index] / 255) * 100) : null;
    setText(cells.pixel, at ? `x ${at.x}  y ${at.y} px` : `${slice.width} × ${slice.height} px`);
    setText(cells.millimetre, at ? inMillimetres(at, slice.spacing) : spacingText(slice.spacing));
    setText(cells.intensity, at ? `Intensity ${shortNumber(slice.pixels[index])}` : "");
    setText(cells.tissue, at ? this.labels[editor.view.mask[index]].name : "");
    setText(cells.sure, sure === null ? "" : `${sure} % sure`);
    setText(cells.tool, editor.toolText());
    this.root.classList.toggle("hinting", Boolean(editor.tool?.pending));
    setText(cells.stored, editor.storedText());
    setText(cells.scale, `Zoom ${Math.round(editor.view.zoom * 100)} %`);
  }
}

function inMillimetres(at, spacing) {
  if (!spacing) return "no spacing";
  const [row, column] = spacing;
  return `${((at.x + 0.5) * column).toFixed(1)}, ${((at.y + 0.5) * row).toFixed(1)} mm`;
}

function spacingText(spacing) {
  return spacing ? `${shortNumber(spacing[1])} × ${shortNumber(spacing[0])} mm a pixel` : "no spacing";
}
