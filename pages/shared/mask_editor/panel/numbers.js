// How numbers are written for people.

// Whole numbers as they are, others with four figures: scanner units run from thousandths to tens of thousands.
export function shortNumber(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(4)));
}
