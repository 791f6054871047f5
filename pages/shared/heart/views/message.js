// Takes apart what Python packed: a header's length (4 bytes), the header as JSON, then the planes.

export function unpackViews(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const plane = (offset, size) => (offset === null ? new Uint8Array(size) : bytes.slice(4 + length + offset, 4 + length + offset + size));
  return { header, plane };
}
