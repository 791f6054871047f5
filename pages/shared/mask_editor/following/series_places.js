// Which slice lies where in a series, as the page told it: keys that move on need no answer of the page for that.
import { tabMemory } from "../messages/tab_memory.js";
import { noteVersion } from "./ahead.js";

const STEPS = {
  previous_slice: [-1, 0],
  next_slice: [1, 0],
  previous_phase: [0, -1],
  next_phase: [0, 1],
};

// `rows` are [document, position, phase, newest version or null], of all slices of the group; `phaseMs` is the time from
// phase to phase, null where nobody told it.
export function keepSeries(group, rows, phases, phaseMs = null) {
  const places = new Map();
  const documents = new Map();
  for (const [document, position, phase, version] of rows) {
    places.set(`${position} ${phase}`, document);
    documents.set(document, { position, phase });
    noteVersion(document, version);
  }
  tabMemory().ahead.series.set(group, { places, documents, phases, phaseMs });
}

// The slice that a key leads to: null at an end, undefined where the page has not told of the series. Phases go
// round, since the heart does; positions do not.
export function neighbourOf(group, document, command) {
  const series = tabMemory().ahead.series.get(group);
  const here = series?.documents.get(document);
  if (!here) return undefined;
  const [positions, phases] = STEPS[command];
  if (phases && series.phases === 1) return null;
  return documentAt(series, here.position + positions, here.phase + phases) ?? null;
}

// The slices of this one's position in the order of the beat, itself too; none where the page has not told of the series.
export function phasesAt(group, document) {
  const series = tabMemory().ahead.series.get(group);
  const here = series?.documents.get(document);
  if (!here) return [];
  const phases = Array.from({ length: series.phases }, (_, phase) => documentAt(series, here.position, phase));
  return phases.filter((each) => each !== undefined);
}

export function phaseMsOf(group) {
  return tabMemory().ahead.series.get(group)?.phaseMs ?? null;
}

// What keys may lead to from here, the nearest first: all phases of this position, all positions of this phase.
export function around(group, document) {
  const series = tabMemory().ahead.series.get(group);
  const here = series?.documents.get(document);
  if (!here) return [];
  const found = new Set();
  for (let far = 1; far <= series.documents.size; far++) {
    for (const step of [far, -far]) {
      if (far < series.phases) found.add(documentAt(series, here.position, here.phase + step));
      found.add(documentAt(series, here.position + step, here.phase));
    }
  }
  found.delete(undefined);
  found.delete(document);
  return [...found];
}

function documentAt({ places, phases }, position, phase) {
  return places.get(`${position} ${(phase + phases) % phases}`);
}
