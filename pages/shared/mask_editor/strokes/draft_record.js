// A draft as the browser's database keeps it, without its steps. All windows of a browser share a slice's record.
import { decodeRuns, encodeRuns } from "../messages/runs.js";
import { Draft } from "./draft.js";

// `own` is the name of the browser tab that writes it.
export function recordOf(draft, own) {
  const { document, revision, fingerprint, history, seq, acknowledged, seen, seconds } = draft;
  const runs = encodeRuns(draft.numbered());
  const { first, done } = history;
  const kept = { document, revision, fingerprint, runs, seq, acknowledged, seconds, first, done };
  return { ...kept, own, seen: { ...seen }, savedAt: Date.now() };
}

// The record once the store has its strokes up to a number; another tab's numbers say nothing of it.
export function acknowledgedRecord(record, { revision, seq, tab }) {
  const isNews = record.own === tab && record.revision === revision && record.acknowledged < seq;
  return isNews ? { ...record, acknowledged: seq, seen: { tab, seq } } : record;
}

export function draftOf(record, slice, history) {
  const mask = decodeRuns(record.runs, slice.width * slice.height);
  const { own, savedAt } = record;
  return Object.assign(new Draft({ ...record, slice, mask, history }), { own, savedAt });
}

// Whether strokes that were kept here never reached the store, as far as what it shows tells.
export function isLost(draft, { revision, acknowledged, tab }) {
  return !draft.stored && !(draft.revision === revision && draft.own === tab && draft.seq <= acknowledged);
}
