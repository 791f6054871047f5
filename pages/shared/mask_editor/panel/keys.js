// Which key does what: one table that the key reader, the tool tips, the page of keys and the sets of keys share.
// A key is written as it is typed: "b", "G" with Shift, "Ctrl+z" with Ctrl (on a Mac with Cmd), or by its name.

// `hold` keys act while they are down; `repeat` keys may be kept down to act again and again; `fixed` ones stay what
// they are, so that the way back and a decision are found under every hand.
export const KEYS = [
  { keys: ["b"], action: "tool:brush", text: "Brush", editing: true },
  { keys: ["e"], action: "tool:erase", text: "Eraser", editing: true },
  { keys: ["t"], action: "tool:threshold", text: "Threshold brush: like intensities only", editing: true },
  { keys: ["p"], action: "tool:polygon", text: "Polygon; Enter or the first corner closes it", editing: true },
  { keys: ["l"], action: "tool:lasso", text: "Lasso", editing: true },
  { keys: ["r"], action: "tool:rectangle", text: "Rectangle", editing: true },
  { keys: ["f"], action: "tool:fill", text: "Fill a connected area", editing: true },
  { keys: ["m"], action: "tool:component", text: "Move one connected piece; with Ctrl erase it", editing: true },
  { keys: ["u"], action: "tool:smart", text: "Smart correction: click or scribble adds, right-click removes, Shift and drag draws a box around all of the label, Enter takes it", editing: true },
  { keys: ["y"], action: "tool:contour", text: "Contours: drag a point or the line; a click on the line adds a point, a right-click takes one", editing: true },
  { keys: ["["], action: "smaller", text: "Smaller brush", editing: true, repeat: true },
  { keys: ["]"], action: "larger", text: "Larger brush", editing: true, repeat: true },
  { keys: ["q"], action: "shape", text: "Round or square brush", editing: true },
  { keys: ["0"], action: "label:0", text: "Draw background", editing: true },
  { keys: ["1"], action: "label:1", text: "Draw RV", editing: true },
  { keys: ["2"], action: "label:2", text: "Draw myocardium", editing: true },
  { keys: ["3"], action: "label:3", text: "Draw LV", editing: true },
  { keys: ["Control"], action: "erasing", text: "Erase while held", editing: true, hold: true, fixed: true },
  { keys: ["k"], action: "protect", text: "Protect the locked labels", editing: true },
  { keys: ["h"], action: "holes", text: "Fill the holes at this label", editing: true },
  { keys: ["j"], action: "smooth", text: "Smooth this label", editing: true },
  { keys: ["g"], action: "grow", text: "Grow this label by a pixel", editing: true },
  { keys: ["G"], action: "shrink", text: "Shrink this label by a pixel", editing: true },
  { keys: ["n"], action: "copy", text: "Copy the mask of a neighbour", editing: true },
  { keys: ["Ctrl+z"], action: "undo", text: "Undo; right after a decision that, else the last stroke", editing: true, repeat: true, fixed: true },
  { keys: ["Ctrl+y", "Ctrl+Z"], action: "redo", text: "Redo", editing: true, repeat: true },
  { keys: ["F2"], action: "pointer", text: "Keyboard pointer: draw with the arrows and Space", editing: true },
  { keys: ["Ctrl+s"], action: "save", text: "Save a version", editing: true },
  { keys: ["1"], action: "toggleLabel:1", text: "Show or hide RV", viewing: true },
  { keys: ["2"], action: "toggleLabel:2", text: "Show or hide myocardium", viewing: true },
  { keys: ["3"], action: "toggleLabel:3", text: "Show or hide LV", viewing: true },
  { keys: ["M"], action: "measure", text: "Measure a length or an area" },
  { keys: ["C"], action: "crosshair", text: "Crosshair at the pixel under the cursor" },
  { keys: ["s"], action: "hide", text: "Hide the mask while held", hold: true },
  { keys: ["a"], action: "fainter", text: "Fainter mask", repeat: true },
  { keys: ["d"], action: "stronger", text: "Stronger mask", repeat: true },
  { keys: ["o"], action: "outline", text: "Outline or fill" },
  { keys: ["O"], action: "patterns", text: "Patterns beside colours: RV striped, LV dotted" },
  { keys: ["c"], action: "cine", text: "Play the phases of this position, and stop; Esc goes back to the slice that was open", editing: true },
  { keys: ["V"], action: "confidence", text: "Confidence map" },
  { keys: ["v"], action: "difference", text: "Difference to the model's mask" },
  { keys: ["i"], action: "smoothing", text: "Smooth or sharp pixels" },
  { keys: ["w"], action: "autoWindow", text: "Automatic window (right-drag sets it by hand)" },
  { keys: ["Home", "."], action: "fit", text: "Fit the picture" },
  { keys: ["+", "="], action: "zoomIn", text: "Zoom in", repeat: true },
  { keys: ["-"], action: "zoomOut", text: "Zoom out", repeat: true },
  { keys: [" "], action: "panning", text: "Pan while held (also the middle button)", hold: true },
  { keys: ["ArrowUp"], action: "command:previous_slice", text: "Slice above", repeat: true },
  { keys: ["ArrowDown"], action: "command:next_slice", text: "Slice below", repeat: true },
  { keys: ["ArrowLeft"], action: "command:previous_phase", text: "Phase before", repeat: true },
  { keys: ["ArrowRight"], action: "command:next_phase", text: "Phase after", repeat: true },
  { keys: ["Enter"], action: "command:approve", text: "Approve and go to the next", fixed: true },
  { keys: ["x"], action: "command:reject", text: "Reject" },
  { keys: ["?", "F1"], action: "help", text: "These keys", fixed: true },
];

const NAMES = {
  " ": "Space",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Control: "Ctrl",
  PageUp: "Page up",
  PageDown: "Page down",
};

// How a key press is written in the table, or null for one that is the browser's.
export function writtenKey(event) {
  const sign = event.key.length === 1 && !/[a-z0-9 ]/i.test(event.key);
  if (event.altKey && !sign) return null;
  const bracket = ["[", "]"].includes(event.key); // some keyboards need Ctrl and Alt for these
  const control = (event.ctrlKey || event.metaKey) && event.key !== "Control" && !bracket && !event.altKey;
  return control ? `Ctrl+${normalised(event, true)}` : normalised(event, false);
}

// Caps Lock must not change a key, and a Mac reports Cmd + Shift + Z as a small z.
function normalised(event, control) {
  if (event.key.length > 1) return event.key;
  if (control && event.shiftKey) return event.key.toUpperCase();
  return event.shiftKey ? event.key : event.key.toLowerCase();
}

// The keys of a row. `bound` holds those that differ from the table, by their action.
export function keysOf(row, bound = new Map()) {
  return bound.get(row.action) ?? row.keys;
}

// Whether a row counts in the editor or, where nobody draws, in the viewer.
export function countsIn(row, editable) {
  return !(row.editing && !editable) && !(row.viewing && editable);
}

// The row that a key press means, or null. A key that only looks takes Shift along, unless that is another row's.
export function findKey(event, editable, bound = new Map()) {
  const written = writtenKey(event);
  if (written === null) return null;
  const rows = KEYS.filter((row) => countsIn(row, editable));
  const small = written.length === 1 ? written.toLowerCase() : written;
  const has = (row, key) => keysOf(row, bound).includes(key);
  return rows.find((row) => has(row, written)) ?? rows.find((row) => !row.editing && has(row, small)) ?? null;
}

// A written key for people: "Ctrl+Z" is "Ctrl + Shift + Z".
export function shownKey(written) {
  const control = written.startsWith("Ctrl+");
  const typed = control ? written.slice(5) : written;
  const letter = typed.length === 1 && typed.toLowerCase() !== typed.toUpperCase();
  const shifted = letter && typed === typed.toUpperCase();
  const name = NAMES[typed] ?? (letter ? typed.toUpperCase() : typed);
  return [control ? "Ctrl" : "", shifted ? "Shift" : "", name].filter(Boolean).join(" + ");
}

export function shownKeys(row, bound) {
  return keysOf(row, bound).map(shownKey).join(" or ") || "no key";
}

export function rowOf(action) {
  return KEYS.find((row) => row.action === action);
}
