// What the threshold brush takes for alike: intensities within a share of the window around those under the cursor.
import { shortNumber } from "../panel/numbers.js";

// The mean of the 3 x 3 pixels at a point, give or take the tolerance in percent of the window.
export function intensitiesAround(point, { width, height, pixels }, window, tolerance) {
  const [left, top] = [Math.floor(point.x) - 1, Math.floor(point.y) - 1];
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, top); y < Math.min(height, top + 3); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + 3); x++, count++) sum += pixels[y * width + x];
  }
  const reach = reachOf(window, tolerance);
  return { low: sum / count - reach, high: sum / count + reach };
}

export function toleranceText(window, tolerance) {
  if (!window) return "";
  return `± ${tolerance} %  (± ${shortNumber(Math.round(reachOf(window, tolerance) * 100) / 100)})`;
}

function reachOf({ low, high }, tolerance) {
  return ((high - low) * tolerance) / 100;
}
