// The keys of the pointer that keys move over the picture, for it and for the help page.

export const POINTER_WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
export const FAR = 10; // pixels of a step with Shift

export const POINTER_KEYS = [
  ["Esc", "Turn the keyboard pointer off, as the key that turned it on does"],
  ["Arrows", "Move by a pixel, with Shift by ten"],
  ["Space", "Press the tool while held; with Ctrl erase"],
  ["Shift + Space", "Hold the tool down until Space is pressed again"],
  ["Shift + Enter", "Smart correction: a corner of a box around all of the label; Enter sets the other"],
  ["Ctrl + arrows", "Go to the next slice or phase"],
  ["Tab", "Contours: the next point, with Shift the one before"],
  ["Alt + arrows", "Contours: move the point by a pixel, with Shift by ten"],
  ["Insert, Delete", "Contours: add a point after this one, take it away"],
];
