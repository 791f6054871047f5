// From a curve to the mask, pixel for pixel as `apply_outlines` of core/editing/contours.py does it for one curve.
import { visitPolygon } from "../tools/raster.js";
import { piecesOf, regionOf } from "./outlines.js";

// Returns what gives the mask in which one outline's curve has gone and another has come (null for none), each as its
// corners. `outlines` are Python's: the labels inside each, its own first, in the order in which they are drawn.
export function shaper(mask, size, outlines, chosen, gone) {
  const regions = outlines.map(({ labels }) => regionOf(mask, labels));
  if (gone) {
    const pieces = piecesOf(regions[chosen], size);
    const number = pieceAt(pieces, gone, size);
    if (number) regions[chosen].forEach((_, index) => pieces.numbers[index] === number && (regions[chosen][index] = 0));
  }
  return (come) => {
    const inside = [...regions];
    if (come) {
      inside[chosen] = regions[chosen].slice();
      visitPolygon(come, size, (index) => (inside[chosen][index] = 1));
    }
    const shaped = new Uint8Array(mask.length);
    outlines.forEach(({ labels: [own] }, each) => {
      for (let index = 0; index < shaped.length; index++) if (inside[each][index]) shaped[index] = own;
    });
    return shaped;
  };
}

// The number of the piece that has most of the pixels inside a closed line; 0 when none has any.
export function pieceAt({ numbers, firsts }, corners, size) {
  const counts = firsts.map(() => 0);
  visitPolygon(corners, size, (index) => (counts[numbers[index]] += 1));
  counts[0] = 0;
  const most = Math.max(...counts);
  return most ? counts.indexOf(most) : 0;
}
