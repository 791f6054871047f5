// How this reader likes to look and draw; kept in the browser, so that a reload changes nothing.
import { HEARTS_PACE, PACES, USUAL_PACE } from "../cine/beat.js";
import { KEY_SETS } from "../keymap/presets.js";
import { MEASURES } from "../measure/measures.js";
import { WINDOWS } from "./window_level.js";

const STORAGE_KEY = "septum.editor";

export const DEFAULTS = {
  opacity: 0.45,
  outline: false,
  patterns: false,
  smooth: false,
  confidence: false,
  difference: false,
  crosshair: false,
  pace: USUAL_PACE, // of phases that play
  hidden: [],
  window: "automatic",
  tool: "brush",
  measure: "line",
  label: 3,
  brushSize: 5,
  brushShape: "round",
  tolerance: 15,
  protect: false,
  locked: [1, 2, 3],
  wheel: "slice", // as in ITK-SNAP, 3D Slicer and cvi42; with Ctrl, or two fingers that pinch, it zooms
  keySet: "septum",
  ownKeys: {}, // set of keys -> action -> the keys that this reader gave it
};
const CHOICES = {
  window: Object.keys(WINDOWS),
  measure: Object.keys(MEASURES),
  brushShape: ["round", "square"],
  pace: [...PACES, HEARTS_PACE],
  wheel: ["slice", "zoom"],
  keySet: Object.keys(KEY_SETS),
};

export function loadPreferences() {
  try {
    return readable(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}"));
  } catch {
    return { ...DEFAULTS }; // blocked storage or a damaged text: the defaults serve
  }
}

// What an older or a newer version kept: what is not understood gives way to the default.
export function readable(kept) {
  const known = Object.entries(DEFAULTS).map(([name, usual]) => [name, fits(name, kept?.[name]) ? kept[name] : usual]);
  return { ...kept, ...Object.fromEntries(known) };
}

function fits(name, value) {
  if (name in CHOICES) return CHOICES[name].includes(value);
  const usual = DEFAULTS[name];
  if (Array.isArray(usual)) return Array.isArray(value) && value.every(Number.isInteger);
  if (typeof usual === "number") return Number.isFinite(value);
  return value !== null && typeof value === typeof usual && !Array.isArray(value);
}

export function savePreferences(preferences) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // Private windows may refuse; then the choices last as long as the page.
  }
}
