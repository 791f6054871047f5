// From scanner units to grey: the window is the range {low, high} that is spread over black to white.

const MAX_SAMPLES = 65536; // sorting more would be felt when the slice changes

// Grey values of MR have no unit, so a window is given by shares of the slice's own values. In a cine, air and lung are
// the dark third, wall and liver lie in the middle, blood and fat above: `range` are percentiles, `wider` a factor.
export const WINDOWS = {
  automatic: { title: "Automatic, 1 to 99 %", range: [1, 99] },
  full: { title: "Whole range", range: [0, 100] },
  labels: { title: "Around the labels", range: [1, 99] },
  soft: { title: "Soft: half as wide again", range: [1, 99], wider: 1.5 },
  blood: { title: "Blood: detail in the bright", range: [50, 99.9] },
  wall: { title: "Wall: detail in the dark", range: [1, 85] },
};

// The window of that name for a slice with its mask.
export function namedWindow(name, { pixels, width }, mask) {
  const { range, wider } = WINDOWS[name];
  if (name === "full") return fullRange(pixels); // a sample might miss the brightest pixel
  const around = name === "labels" ? aroundLabels(pixels, mask, width) : null;
  const { low, high } = around ?? automatic(pixels, ...range);
  return wider ? fromWidthAndLevel((high - low) * wider, (low + high) / 2) : { low, high };
}

function fullRange(pixels) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return widened(low, high);
}

// Without the darkest and the brightest hundredth, so that one bright vessel does not darken the heart.
function automatic(pixels, lowPercent = 1, highPercent = 99) {
  const step = Math.max(1, Math.floor(pixels.length / MAX_SAMPLES));
  const samples = new Float32Array(Math.ceil(pixels.length / step));
  for (let index = 0; index < samples.length; index++) samples[index] = pixels[index * step];
  samples.sort();
  const at = (percent) => samples[Math.round(((samples.length - 1) * percent) / 100)];
  return widened(at(lowPercent), at(highPercent));
}

// The range inside the box around all labels: contrast for the heart alone. Null without any label.
function aroundLabels(pixels, mask, width) {
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
