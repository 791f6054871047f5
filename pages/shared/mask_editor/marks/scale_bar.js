// A bar of a round length in the corner of the well, so that sizes can be judged at any zoom.

export function drawScale(context, view, millimetresPerPixel) {
  const { width, height } = view.wellSize();
  const perMillimetre = view.zoom / millimetresPerPixel;
  const length = [100, 50, 20, 10, 5, 2, 1].find((each) => each * perMillimetre <= 160) ?? 1;
  const [right, bottom] = [width - 14.5, height - 14.5];
  const left = right - length * perMillimetre;
  context.font = "11px sans-serif";
  context.textAlign = "center";
  const dark = "rgba(0, 0, 0, 0.75)"; // around the bright line and letters, for bright pictures
  for (const [colour, line] of [[dark, 3], ["#e8ecf0", 1]]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(left, bottom - 4);
    context.lineTo(left, bottom);
    context.lineTo(right, bottom);
    context.lineTo(right, bottom - 4);
    context.stroke();
    if (line > 1) context.strokeText(`${length} mm`, (left + right) / 2, bottom - 6);
  }
  context.fillStyle = "#e8ecf0";
  context.fillText(`${length} mm`, (left + right) / 2, bottom - 6);
}
