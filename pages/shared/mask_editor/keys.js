// Which key does what: one table that the key reader, the tool tips and the help page share.

// `hold` keys act while they are down; `repeat` keys may be kept down to act again and again.
export const KEYS = [
  { keys: ["b"], action: "tool:brush", text: "Brush", editing: true },
  { keys: ["e"], action: "tool:erase", text: "Eraser", editing: true },
  { keys: ["t"], action: "tool:threshold", text: "Threshold brush: like intensities only", editing: true },
  { keys: ["p"], action: "tool:polygon", text: "Polygon; Enter or the first corner closes it", editing: true },
  { keys: ["l"], action: "tool:lasso", text: "Lasso", editing: true },
  { keys: ["r"], action: "tool:rectangle", text: "Rectangle", editing: true },
  { keys: ["f"], action: "tool:fill", text: "Fill a connected area", editing: true },
  { keys: ["m"], action: "tool:component", text: "Move one connected piece; with Ctrl erase it", editing: true },
  { keys: ["u"], action: "tool:smart", text: "Smart correction: click adds, right-click removes, Enter takes it", editing: true },
  { keys: ["["], action: "smaller", text: "Smaller brush (also Shift + wheel)", editing: true, repeat: true },
  { keys: ["]"], action: "larger", text: "Larger brush", editing: true, repeat: true },
  { keys: ["q"], action: "shape", text: "Round or square brush", editing: true },
  { keys: ["0", "1", "2", "3"], action: "label", text: "Draw background, RV, myocardium, LV", editing: true },
  { keys: ["Control"], action: "erasing", text: "Erase while held", editing: true, hold: true },
  { keys: ["k"], action: "protect", text: "Protect the locked labels", editing: true },
  { keys: ["h"], action: "holes", text: "Fill the holes at this label", editing: true },
  { keys: ["j"], action: "smooth", text: "Smooth this label", editing: true },
  { keys: ["g"], action: "grow", text: "Grow this label by a pixel", editing: true },
  { keys: ["G"], action: "shrink", text: "Shrink this label by a pixel", editing: true, shown: "Shift + G" },
  { keys: ["n"], action: "copy", text: "Copy the mask of a neighbour", editing: true },
  { keys: ["z"], action: "undo", text: "Undo", editing: true, control: true, repeat: true },
  { keys: ["Z", "y"], action: "redo", text: "Redo (also Ctrl + Shift + Z)", editing: true, control: true, repeat: true, shown: "Ctrl + Y" },
  { keys: ["s"], action: "save", text: "Save a version", editing: true, control: true },
  { keys: ["1", "2", "3"], action: "toggleLabel", text: "Show or hide RV, myocardium, LV", viewing: true },
  { keys: ["s"], action: "hide", text: "Hide the mask while held", hold: true },
  { keys: ["a"], action: "fainter", text: "Fainter mask", repeat: true },
  { keys: ["d"], action: "stronger", text: "Stronger mask", repeat: true },
  { keys: ["o"], action: "outline", text: "Outline or fill" },
  { keys: ["c"], action: "confidence", text: "Confidence map" },
  { keys: ["v"], action: "difference", text: "Difference to the model's mask" },
  { keys: ["i"], action: "smoothing", text: "Smooth or sharp pixels" },
  { keys: ["w"], action: "autoWindow", text: "Automatic window (right-drag sets it by hand)" },
  { keys: ["Home", "."], action: "fit", text: "Fit the picture", shown: "Home or ." },
  { keys: ["+", "="], action: "zoomIn", text: "Zoom in (also the wheel)", repeat: true, shown: "+" },
  { keys: ["-"], action: "zoomOut", text: "Zoom out", repeat: true },
  { keys: [" "], action: "panning", text: "Pan while held (also the middle button)", hold: true, shown: "Space + drag" },
  { keys: ["ArrowUp"], action: "command:previous_slice", text: "Slice above", repeat: true, shown: "↑" },
  { keys: ["ArrowDown"], action: "command:next_slice", text: "Slice below", repeat: true, shown: "↓" },
  { keys: ["ArrowLeft"], action: "command:previous_phase", text: "Phase before", repeat: true, shown: "←" },
  { keys: ["ArrowRight"], action: "command:next_phase", text: "Phase after", repeat: true, shown: "→" },
  { keys: ["Enter"], action: "command:approve", text: "Approve and go to the next" },
  { keys: ["x"], action: "command:reject", text: "Reject" },
  { keys: ["?", "F1"], action: "help", text: "These keys", shown: "?" },
];

// The row that a key press means, or null. `editable` chooses between the editor's and the viewer's keys.
export function findKey(event, editable) {
  const bracket = ["[", "]"].includes(event.key); // some keyboards need Ctrl and Alt for these
  if (event.altKey && !bracket) return null;
  const control = (event.ctrlKey || event.metaKey) && event.key !== "Control" && !bracket;
  const typed = normalised(event, control);
  const fits = (row) =>
    (row.keys.includes(typed) || (!row.editing && row.keys.includes(typed.toLowerCase()))) &&
    Boolean(row.control) === control &&
    !(row.editing && !editable) &&
    !(row.viewing && editable);
  return KEYS.find(fits) ?? null;
}

// Caps Lock must not change a key, and a Mac reports Cmd + Shift + Z as a small z.
function normalised(event, control) {
  if (event.key.length > 1) return event.key;
  if (control && event.shiftKey) return event.key.toUpperCase();
  return event.shiftKey ? event.key : event.key.toLowerCase();
}

export function shownKeys(row) {
  if (row.shown) return row.shown;
  const names = row.keys.length > 1 ? `${row.keys[0]} – ${row.keys[row.keys.length - 1]}` : row.keys[0];
  const capital = names.length === 1 ? names.toUpperCase() : names.replace("Control", "Ctrl");
  return row.control ? `Ctrl + ${capital}` : capital;
}

// Text for a tool tip: what it does, and the key in brackets.
export function tip(action) {
  const row = KEYS.find((candidate) => candidate.action === action);
  return row ? `${row.text} (${shownKeys(row)})` : "";
}
