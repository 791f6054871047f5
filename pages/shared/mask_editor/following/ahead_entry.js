// A component without a face: takes what the page sends ahead, slices as bytes or the ways as an object.
import { keepAhead, keepWays } from "./ahead.js";
import { unpackParts } from "../messages/packing.js";
import { keepSeries } from "./series_places.js";

export default function mount({ data }) {
  if (!data) return;
  if (data instanceof Uint8Array) unpackParts(data).forEach(keepAhead);
  else {
    keepWays(data.document, data.ways, data.versions);
    keepSeries(data.group, data.slices, data.phases, data.phase_ms);
  }
  window.dispatchEvent(new CustomEvent("septum-ahead"));
}
