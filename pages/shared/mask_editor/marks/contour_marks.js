// Contours over the picture: smooth lines in their labels' colours, with their points where they can be taken hold of.

const SHADOW = "rgba(0, 0, 0, 0.6)"; // seen on dark and bright pixels alike
const [POINT, LARGE_POINT] = [3.5, 5.5]; // CSS pixels of radius

// `contours` have points, corners, colour, whether they are active, and which point is under the cursor.
export function drawContours(context, view, contours, chosen) {
  const inOrder = [...contours].sort((one, other) => one.active - other.active); // the active one lies on top
  for (const { points, corners, colour, active, under } of inOrder) {
    const line = closedPath(view, corners);
    context.lineJoin = "round";
    strokeTwice(context, line, colour, active ? 2 : 1.25);
    if (!active) continue;
    points.forEach((point, index) => {
      const isChosen = chosen && !chosen.line && point.x === chosen.x && point.y === chosen.y;
      dot(context, view, point, index === under ? LARGE_POINT : POINT, isChosen ? "#ffffff" : colour);
    });
  }
}

// A contour that is being drawn, as it would be if the cursor were its last point.
export function drawOpen(context, editor, corners, smooth) {
  const { cursor, view } = editor;
  const all = cursor ? [...corners, cursor] : corners;
  strokeTwice(context, closedPath(view, all.length > 2 ? smooth(all) : all), editor.drawingColour(), 1.5);
  corners.forEach((point, index) => {
    const closes = index === 0 && corners.length > 2;
    dot(context, view, point, closes ? LARGE_POINT : POINT, editor.drawingColour());
  });
}

function closedPath(view, corners) {
  const path = new Path2D();
  corners.forEach(({ x, y }, each) => {
    const place = view.toScreen(x, y);
    if (each) path.lineTo(...place);
    else path.moveTo(...place);
  });
  path.closePath();
  return path;
}

function strokeTwice(context, path, colour, width) {
  for (const [style, wide] of [[SHADOW, width + 2], [colour, width]]) {
    context.strokeStyle = style;
    context.lineWidth = wide;
    context.stroke(path);
  }
}

function dot(context, view, { x, y }, radius, colour) {
  const [column, row] = view.toScreen(x, y);
  context.beginPath();
  context.arc(column, row, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = colour === "#ffffff" ? "#16181b" : "#ffffff";
  context.stroke();
}
