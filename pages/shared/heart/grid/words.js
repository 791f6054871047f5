// What is said of a slice: which it is, how far, and the areas of its labels.

const NUMBERS = new Intl.NumberFormat("en"); // one for all: `toLocaleString` looks for its own each time

function areaWords(pixels, mm2) {
  return mm2 ? `${NUMBERS.format(Math.round(pixels * mm2))} mm²` : `${NUMBERS.format(pixels)} pixels`;
}

// `pixels` are of each label, by its number; null for a slice without a mask.
export function wordsOf(cell, pixels, { labels, mm2 }) {
  if (!pixels) return `${cell.says}, no mask`;
  const tissues = labels.filter(({ label }) => label > 0);
  return [cell.says, ...tissues.map(({ label, short }) => `${short} ${areaWords(pixels[label], mm2)}`)].join(", ");
}
