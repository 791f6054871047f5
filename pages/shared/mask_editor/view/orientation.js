// Which way round a picture is shown: mirrored or not, then turned clockwise by quarters. Only the view is turned;
// image coordinates, and with them masks and strokes, are the source's. Keys as in core/records/orientation.py.

const EDGE = 1e-7; // of a pixel; see toImage()

function parseTurn(key) {
  return { quarters: (parseInt(key, 10) / 90) % 4, mirrored: key.endsWith("m") };
}

function keyOf({ quarters, mirrored }) {
  return `${90 * ((quarters + 4) % 4)}${mirrored ? "m" : ""}`;
}

// What is seen, turned by quarters more; clockwise for positive ones.
export function turnedBy(key, quarters) {
  const turn = parseTurn(key);
  return keyOf({ ...turn, quarters: turn.quarters + quarters });
}

// What is seen, with left and right exchanged: a mirror turns the other way round what was turned before.
export function mirroredSideways(key) {
  const { quarters, mirrored } = parseTurn(key);
  return keyOf({ quarters: -quarters, mirrored: !mirrored });
}

// How a picture of that size is shown. A point of the image (x, y) is seen at (a x + c y + e, b x + d y + f), in
// image pixels from the upper left corner of what is seen, which measures width x height.
export function orientationOf(key, imageWidth, imageHeight) {
  const { quarters, mirrored } = parseTurn(key);
  let [a, b, c, d, e, f] = mirrored ? [-1, 0, 0, 1, imageWidth, 0] : [1, 0, 0, 1, 0, 0];
  let [width, height] = [imageWidth, imageHeight];
  for (let turned = 0; turned < quarters; turned++) {
    [a, b, c, d, e, f] = [-b, a, -d, c, height - f, e].map((value) => value + 0); // no -0
    [width, height] = [height, width];
  }
  const along = ([x, y]) => [a * x + b * y + 0, c * x + d * y + 0]; // a way on the screen, as a way in the image
  // The left and upper edge of a pixel on the screen belong to it. Where an axis runs the other way, those are the
  // right and lower edge in the image, which belong to the next pixel: the point moves a hair towards its own.
  const back = { x: a + b < 0 ? EDGE : 0, y: c + d < 0 ? EDGE : 0 };
  return {
    matrix: [a, b, c, d, e, f],
    width,
    height,
    isUpright: b === 0,
    along,
    beside: [[-1, 0], [1, 0], [0, -1], [0, 1]].map(along), // what is left, right, above and below
    toShown: (x, y) => [a * x + c * y + e, b * x + d * y + f],
    toImage: (u, v) => ({ x: a * (u - e) + b * (v - f) - back.x, y: c * (u - e) + d * (v - f) - back.y }),
  };
}
