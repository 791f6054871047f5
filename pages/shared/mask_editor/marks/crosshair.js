// Two lines through the middle of the pixel that is read, over the whole well, with that pixel itself left free.

const FREE = 6; // CSS pixels around the middle, at least

export function drawCrosshair(context, view, at) {
  const [x, y] = view.toScreen(at.x + 0.5, at.y + 0.5);
  const { width, height } = view.wellSize();
  const free = Math.max(FREE, view.zoom / 2);
  for (const [colour, line] of [["rgba(0, 0, 0, 0.55)", 3], ["#7fd4ff", 1]]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of [
      [0, y, x - free, y],
      [x + free, y, width, y],
      [x, 0, x, y - free],
      [x, y + free, x, height],
    ]) {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    }
    context.stroke();
  }
}
