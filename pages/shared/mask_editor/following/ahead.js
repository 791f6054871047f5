// Pictures that the page sent before a key asked for them, so that the next one is drawn at once.
import { unpack, unpackOptions } from "../messages/packing.js";
import { tabMemory } from "../messages/tab_memory.js";

const MAX_KEPT_BYTES = 96 * 2 ** 20; // some hundreds of the usual pictures

// `data` is what the editor would be given for the slice; the youngest is last.
export function keepAhead(data) {
  const { slices, versions } = tabMemory().ahead;
  const { document } = unpackOptions(data);
  slices.delete(document);
  slices.set(document, { data, version: versions.get(document) });
  let bytes = 0;
  for (const kept of slices.values()) bytes += kept.data.length;
  for (const [name, kept] of slices) {
    if (bytes <= MAX_KEPT_BYTES) break;
    bytes -= kept.data.length;
    slices.delete(name);
  }
}

// Where a decision leads to from this slice, by the decision's name; `versions` are of the masks of those slices.
export function keepWays(document, ways, versions) {
  tabMemory().ahead.ways.set(document, ways);
  for (const [name, version] of Object.entries(versions)) noteVersion(name, version);
}

// The newest version of a slice's mask; a picture that came before this was told is of that one.
export function noteVersion(document, version) {
  const { slices, versions } = tabMemory().ahead;
  versions.set(document, version);
  const kept = slices.get(document);
  if (kept && kept.version === undefined) kept.version = version;
}

export function wayOf(document, decision) {
  return tabMemory().ahead.ways.get(document)?.[decision];
}

// The slice of this name as unpack() gives it, or null where it is not here.
export function foreseen(document) {
  const kept = tabMemory().ahead.slices.get(document);
  return kept ? unpack(kept.data) : null;
}

// The mask of a picture as this reader sees it: with his strokes of this tab, where they are on that picture.
export function maskOf({ options, slice }) {
  const draft = tabMemory().drafts.get(options.document);
  const kept = draft?.fits(slice) && !(options.discards > draft.discards);
  return kept ? draft.mask : slice.mask;
}

// Whether a slice is to be sent (again): its mask may have become another one since it was.
export function isMissing(document) {
  const { slices, versions } = tabMemory().ahead;
  const kept = slices.get(document);
  return !kept || kept.version !== versions.get(document);
}
