// What a reader decided on: the slice, its revision and the mask that were shown at that moment.
import { DEFAULTS } from "../view/preferences.js";

const FAINTEST = 0.1; // an area in a colour fainter than that is hardly seen

export function sightOf(editor) {
  const { document, revision } = editor.options;
  return { document, revision, mask: editor.mask().slice() };
}

export function isInSight(editor, { document, revision, mask }) {
  const now = editor.mask();
  const same = editor.options.document === document && editor.options.revision === revision;
  return same && mask.every((label, index) => label === now[index]);
}

// The preferences that have to change before all of the mask can be seen; empty where all of it is.
export function uncovering({ hidden, difference, opacity, outline }, { modelMask }, mask) {
  const changes = {};
  if (hidden.some((label) => mask.includes(label))) changes.hidden = [];
  if (difference && modelMask) changes.difference = false;
  if (opacity < FAINTEST && !outline) changes.opacity = DEFAULTS.opacity;
  return changes;
}
