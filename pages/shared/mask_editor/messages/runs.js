// Row-major run lengths of a mask: label, count, label, count and so on. The same codec is in
// core/editing/editor_codec.py.

export function encodeRuns(mask) {
  const runs = [];
  let start = 0;
  for (let index = 1; index <= mask.length; index++) {
    if (index === mask.length || mask[index] !== mask[start]) {
      runs.push(mask[start], index - start);
      start = index;
    }
  }
  return runs;
}

export function decodeRuns(runs, length) {
  const mask = new Uint8Array(length);
  let at = 0;
  for (let index = 0; index < runs.length; index += 2) {
    mask.fill(runs[index], at, at + runs[index + 1]);
    at += runs[index + 1];
  }
  if (at !== length) throw new Error(`run lengths are for ${at} pixels, the mask has ${length}`);
  return mask;
}
