// Sheets of small pictures and masks as the page sent them, kept in the tab: Streamlit unmounts what shows them.
const NAME = Symbol.for("septum.heart");
const MAX_HEARTS = 3;
const MAX_DRAWN = 64; // slices whose mask the editor told

// `drawn` are masks of the editor by the document's name, newer than what the page sent.
export function heartMemory() {
  window[NAME] ??= { hearts: new Map(), drawn: new Map() };
  return window[NAME];
}

// What there is of a heart: { pictures, masks, changes, asked }, each sheet with its bitmap once it is decoded.
export function sheetsOf(series) {
  const { hearts } = heartMemory();
  const kept = hearts.get(series) ?? { asked: {} };
  hearts.delete(series);
  hearts.set(series, kept); // the one used last is last
  for (const [name] of hearts) {
    if (hearts.size <= MAX_HEARTS) break;
    hearts.delete(name);
  }
  return kept;
}

// A sheet as the page packs it: its header's length, the header, then the picture's bytes.
export async function keepSheet(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const { series, kind, stamp, type } = header;
  const sheets = sheetsOf(series);
  if (sheets.asked[kind] === stamp) return; // it comes again with every run of the page
  sheets.asked[kind] = stamp;
  const bitmap = await createImageBitmap(new Blob([bytes.slice(4 + length)], { type }));
  if (sheets.asked[kind] !== stamp) return bitmap.close();
  sheets[kind]?.bitmap.close();
  const places = new Map((header.cells ?? []).map(([id, state], at) => [id, { state, at }]));
  sheets[kind] = { ...header, bitmap, places };
  window.dispatchEvent(new CustomEvent("septum-heart", { detail: { series } }));
}

// Where the small mask of a slice in that state lies: { bitmap, x, y, side }; null while it is not here.
export function smallMask(sheets, id, state) {
  for (const sheet of [sheets.changes, sheets.masks]) {
    const place = sheet?.places.get(id);
    if (place?.state !== state) continue;
    const { bitmap, side, columns } = sheet;
    return { bitmap, side, x: (place.at % columns) * side, y: Math.floor(place.at / columns) * side };
  }
  return null;
}

// A colour such as "#d55e00" as the word that an ImageData holds, in the machine's own byte order.
export function pixelOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return new Uint32Array(Uint8ClampedArray.of(red, green, blue, 255).buffer)[0];
}

// A mask as the editor has it now, for the cell whose state was the last one known.
export function keepDrawn({ document, revision, tab, seq, mask, width, height }, cell, colours) {
  const { drawn } = heartMemory();
  const picture = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const pixels = colours.map(() => 0);
  for (let index = 0; index < mask.length; index++) {
    pixels[mask[index]] += 1;
    if (mask[index]) words[index] = colours[mask[index]];
  }
  picture.getContext("2d").putImageData(image, 0, 0);
  drawn.delete(document);
  drawn.set(document, { revision, tab, seq, since: cell.state, discards: cell.discards, picture, pixels });
  for (const [name] of drawn) {
    if (drawn.size <= MAX_DRAWN) break;
    drawn.delete(name);
  }
}

// The editor's mask of a slice, where it is newer than what the page sent, or the same; else null.
export function drawnSince(cell) {
  const drawn = heartMemory().drawn.get(cell.document);
  if (!drawn) return null;
  const ownStrokes = drawn.tab === cell.tab && drawn.revision === cell.revision && drawn.discards === cell.discards;
  return drawn.since === cell.state || (ownStrokes && cell.seq < drawn.seq) ? drawn : null;
}
