// Colours of labels and of the confidence map.

// Dark blue over grey to yellow, even in lightness and readable with every common colour blindness
// (after the idea of cividis: Nunez, Anderton and Renslow, 2018).
const RAMP = [
  [0, 34, 78],
  [64, 77, 107],
  [124, 123, 120],
  [187, 175, 104],
  [254, 232, 56],
];
// Four labels share the probability, so a sure pixel is near 1 and half is already a coin toss.
export const MIN_CONFIDENCE = 0.5;

export function rampColour(share) {
  const position = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const index = Math.min(Math.floor(position), RAMP.length - 2);
  const mixed = (low, channel) => low + (RAMP[index + 1][channel] - low) * (position - index);
  return RAMP[index].map((low, channel) => Math.round(mixed(low, channel)));
}

// The doubtful pixels are bright and cover the picture, the sure ones let it through.
export function doubtColour(confidence) {
  const doubt = Math.min(1, (1 - confidence) / (1 - MIN_CONFIDENCE));
  return [...rampColour(doubt), Math.round(255 * (0.12 + 0.68 * doubt))];
}

// Which pixels of a label stay free of its colour where patterns tell labels apart: stripes, none, dots, and again.
const PATTERNS = [(x, y) => (x + y) % 3 === 0, () => false, (x, y) => x % 2 === 0 && y % 2 === 0];

export function isFree(label, x, y) {
  return label > 0 && PATTERNS[(label - 1) % PATTERNS.length](x, y);
}

export function fromHex(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
