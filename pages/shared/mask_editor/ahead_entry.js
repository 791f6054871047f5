// A component without a face: takes what the page sends ahead, a slice as bytes or the ways as an object.
import { keepAhead, keepWays } from "./ahead.js";

export default function mount({ data }) {
  if (data instanceof Uint8Array) keepAhead(data);
  else keepWays(data.document, data.ways);
}
