// Grey planes and the outlines of labels, as canvases and lines; nothing here knows which slice they are of.

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function greyCanvas(grey, width, height) {
  const canvas = element("canvas", { width, height });
  const image = new ImageData(width, height);
  for (let index = 0; index < grey.length; index++) {
    image.data.fill(grey[index], 4 * index, 4 * index + 3);
    image.data[4 * index + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// Where labels meet, as lines [x0, y0, x1, y1] in pixels by the label that is drawn: of two that meet the higher one,
// which lies inside.
export function outlinesOf(labels, width, height) {
  const lines = new Map();
  const add = (one, other, ...line) => {
    if (one === other) return;
    const label = Math.max(one, other);
    if (!lines.has(label)) lines.set(label, []);
    lines.get(label).push(line);
  };
  const at = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : labels[y * width + x]);
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      add(at(x, y), at(x - 1, y), x, y, x, y + 1);
      add(at(x, y), at(x, y - 1), x, y, x + 1, y);
    }
  }
  return lines;
}

// Draws a plane and its outlines, `across` and `down` CSS pixels a pixel, with its corner at left and top.
export function drawPlane(context, { picture, outlines }, colours, left, top, across, down) {
  context.imageSmoothingEnabled = across === down; // slices are not mixed with each other
  context.drawImage(picture, left, top, picture.width * across, picture.height * down);
  context.lineWidth = 1.4;
  context.lineJoin = "round";
  for (const [label, lines] of [...outlines].sort(([one], [other]) => one - other)) {
    context.strokeStyle = colours[label];
    context.beginPath();
    for (const [x0, y0, x1, y1] of lines) {
      context.moveTo(left + x0 * across, top + y0 * down);
      context.lineTo(left + x1 * across, top + y1 * down);
    }
    context.stroke();
  }
}

// A canvas as large as it is shown, in the pixels of the screen, ready to be drawn on in CSS pixels.
export function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
