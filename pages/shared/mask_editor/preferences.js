// How this reader likes to look and draw; kept in the browser, so that a reload changes nothing.

const STORAGE_KEY = "septum.editor";

const DEFAULTS = {
  opacity: 0.45,
  outline: false,
  smooth: false,
  confidence: false,
  difference: false,
  hidden: [],
  tool: "brush",
  label: 3,
  brushSize: 5,
  brushShape: "round",
  tolerance: 15,
  protect: false,
  locked: [1, 2, 3],
};

export function loadPreferences() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") };
  } catch {
    return { ...DEFAULTS }; // blocked storage or a text of an older version: the defaults serve
  }
}

export function savePreferences(preferences) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // Private windows may refuse; then the choices last as long as the page.
  }
}
