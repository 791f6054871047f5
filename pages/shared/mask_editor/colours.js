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
export const LEAST_CONFIDENCE = 0.5;

export function rampColour(share) {
  const place = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const index = Math.min(Math.floor(place), RAMP.length - 2);
  const mixed = (low, channel) => low + (RAMP[index + 1][channel] - low) * (place - index);
  return RAMP[index].map((low, channel) => Math.round(mixed(low, channel)));
}

// The doubtful pixels are bright and cover the picture, the sure ones let it through.
export function doubtColour(confidence) {
  const doubt = Math.min(1, (1 - confidence) / (1 - LEAST_CONFIDENCE));
  return [...rampColour(doubt), Math.round(255 * (0.12 + 0.68 * doubt))];
}

export function fromHex(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
