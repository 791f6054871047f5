// One slice of the grid on its canvas: picture, mask, and which way round they are shown.
import { drawnSince, smallMask } from "./sheets.js";

const OPACITY = 0.45; // of the mask: the tissue stays visible below

// `turn` is a key of core/records/orientation.py, such as "90m": mirrored first, then turned clockwise.
function turned(context, turn, size) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.translate(size / 2, size / 2);
  context.rotate((parseInt(turn, 10) * Math.PI) / 180);
  if (turn.endsWith("m")) context.scale(-1, 1);
  context.translate(-size / 2, -size / 2);
}

// Draws a cell `size` pixels wide; returns whether its picture and its mask were there to be drawn.
export function drawCell(canvas, size, cell, sheets, turn) {
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size, size);
  const { pictures } = sheets;
  if (!pictures) return false;
  const { side, square } = pictures;
  turned(context, turn, size);
  context.globalAlpha = 1;
  context.drawImage(pictures.bitmap, cell.phase * side, cell.place * side, side, side, 0, 0, size, size);
  context.globalAlpha = OPACITY;
  const drawn = drawnSince(cell);
  if (drawn) {
    const { left, top, side: wide } = square;
    context.drawImage(drawn.picture, left, top, wide, wide, 0, 0, size, size);
    return true;
  }
  const small = smallMask(sheets, cell.id, cell.mask);
  if (!small) return !cell.pixels;
  context.drawImage(small.bitmap, small.x, small.y, small.side, small.side, 0, 0, size, size);
  return true;
}
