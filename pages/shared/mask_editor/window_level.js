// From scanner units to grey: the window is the range {low, high} that is spread over black to white.

const MOST_SAMPLES = 65536; // sorting more would be felt when the slice changes

export function fullRange(pixels) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return widened(low, high);
}

// Without the darkest and the brightest hundredth, so that one bright vessel does not darken the heart.
export function automatic(pixels, lowPercent = 1, highPercent = 99) {
  const step = Math.max(1, Math.floor(pixels.length / MOST_SAMPLES));
  const samples = new Float32Array(Math.ceil(pixels.length / step));
  for (let index = 0; index < samples.length; index++) samples[index] = pixels[index * step];
  samples.sort();
  const at = (percent) => samples[Math.round(((samples.length - 1) * percent) / 100)];
  return widened(at(lowPercent), at(highPercent));
}

// The range inside the box around all labels: contrast for the heart alone. Null without any label.
export function aroundLabels(pixels, mask, width) {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  mask.forEach((label, index) => {
    if (!label) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  });
  if (right < 0) return null;
  const inside = [];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) inside.push(pixels[y * width + x]);
  }
  return automatic(inside);
}

export function fromWidthAndLevel(windowWidth, level) {
  return widened(level - windowWidth / 2, level + windowWidth / 2);
}

// Paints RGBA: black at or below low, white at or above high.
export function renderGrey(pixels, window, rgba) {
  const scale = 255 / (window.high - window.low);
  for (let index = 0, target = 0; index < pixels.length; index++, target += 4) {
    const grey = (pixels[index] - window.low) * scale;
    rgba[target] = rgba[target + 1] = rgba[target + 2] = grey; // a clamped array rounds and clamps
    rgba[target + 3] = 255;
  }
}

// A constant image has no range; a window of no width would divide by zero.
function widened(low, high) {
  if (high - low > 1e-6) return { low, high };
  return { low: low - 0.5, high: low + 0.5 };
}
