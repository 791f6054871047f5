// Slices that the page sent before a key asked for them, so that the next one is drawn at once.
import { tabMemory } from "./tab_memory.js";
import { unpack, unpackOptions } from "./packing.js";

const MOST_SLICES = 48; // the page sends one again when it may have been dropped here

// `data` is what the editor would be given for the slice; the youngest is last.
export function keepAhead(data) {
  const { slices } = tabMemory().ahead;
  const { document } = unpackOptions(data);
  slices.delete(document);
  slices.set(document, data);
  if (slices.size > MOST_SLICES) slices.delete(slices.keys().next().value);
}

// Which slice each command leads to from this one.
export function keepWays(document, ways) {
  tabMemory().ahead.ways.set(document, ways);
}

// The slice that a command will most likely lead to, as unpack() gives it, or null where none was sent.
export function foreseen(document, command) {
  const { slices, ways } = tabMemory().ahead;
  const data = slices.get(ways.get(document)?.[command]);
  return data ? unpack(data) : null;
}
