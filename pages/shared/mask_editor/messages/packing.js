// Takes apart what Python packed: the page's options, then one slice (layout in core/editing/editor_codec.py,
// pack_slice).
import { decodeRuns } from "./runs.js";

const ARRAY_TYPES = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

function readHeader(bytes, offset) {
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(offset + 4, offset + 4 + length));
  return { header: JSON.parse(text), end: offset + 4 + length };
}

// The page's options alone.
export function unpackOptions(bytes) {
  return readHeader(bytes, 0).header;
}

// Several messages in one: their lengths, then one after the other.
export function unpackParts(bytes) {
  const { header, end } = readHeader(bytes, 0);
  let at = end;
  return header.lengths.map((length) => bytes.slice(at, (at += length)));
}

export function unpack(bytes) {
  const options = readHeader(bytes, 0);
  const { header, end } = readHeader(bytes, options.end);
  const length = header.height * header.width;
  const planes = {};
  for (const { name, type, offset } of header.planes) {
    const ArrayType = ARRAY_TYPES[type];
    // Copied, because the bytes arrive at any offset and a 16-bit array must begin at an even one.
    const start = end + offset;
    planes[name] = new ArrayType(bytes.slice(start, start + length * ArrayType.BYTES_PER_ELEMENT).buffer);
  }
  const neighbours = {};
  for (const [name, runs] of Object.entries(header.neighbours)) neighbours[name] = decodeRuns(runs, length);
  return {
    options: options.header,
    slice: {
      height: header.height,
      width: header.width,
      spacing: header.spacing_mm,
      pixels: planes.pixels,
      confidence: planes.confidence ?? null,
      mask: decodeRuns(header.mask, length),
      modelMask: header.model_mask ? decodeRuns(header.model_mask, length) : null,
      neighbours,
      fingerprint: fingerprint(planes.pixels),
    },
  };
}

// Tells images apart (FNV-1a over the bytes): a stored draft must never meet another image of the same name.
export function fingerprint(pixels) {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(pixels.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
