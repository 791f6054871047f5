// When which phase of a beat is on the screen: times in, numbers out; nothing here is shown.

const MS_A_SECOND = 1000;
export const PACES = ["5", "10", "15", "20", "25", "30", "50"]; // pictures a second
export const USUAL_PACE = "25";
export const HEARTS_PACE = "heart"; // as long for a phase as the source says that it took

// How long each picture stays, in ms. `phaseMs` is the time from phase to phase, null where nobody told it.
export function stayOf(pace, phaseMs) {
  if (pace === HEARTS_PACE && phaseMs > 0) return phaseMs;
  return MS_A_SECOND / Number(PACES.includes(pace) ? pace : USUAL_PACE);
}

// The place in the beat `elapsed` ms after the one that it began on; the heart goes round.
export function placeAt(elapsed, stay, began, n) {
  return (began + Math.max(0, Math.floor(elapsed / stay + 1e-9))) % n;
}

// What an action does while phases play: "looks" leaves them playing, "stops" stops them and is done then, and all
// else only stops them: it would change or decide something that the reader has not looked at yet.
export function effectOf(action) {
  if (LEAVES_PLAYING.includes(action)) return "looks";
  const [kind, name] = action.split(":");
  return ENDS_PLAYING.includes(kind) || (kind === "command" && /^(next|previous)_/.test(name)) ? "stops" : "refused";
}

const LEAVES_PLAYING = [
  "cine",
  "hide",
  "panning",
  "fainter",
  "stronger",
  "outline",
  "patterns",
  "confidence",
  "difference",
  "crosshair",
  "smoothing",
  "autoWindow",
  "fit",
  "zoomIn",
  "zoomOut",
  "erasing",
  "help",
];
const ENDS_PLAYING = ["tool", "label", "smaller", "larger", "shape", "protect", "measure", "pointer"];
