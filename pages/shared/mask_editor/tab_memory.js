// What outlives the component in this browser tab: Streamlit unmounts it on every change of page.
// Kept on the window, because a component that is sent again may come as a new module.

const NAME = Symbol.for("septum.editor");
const ACKNOWLEDGED = Symbol.for("septum.acknowledged");

export function tabMemory() {
  window[NAME] ??= {
    tab: randomName(), // tells this tab's edits from those of another tab on the same slice
    commandSeq: 0,
    attempt: 0,
    drafts: new Map(),
    forgotten: new Map(), // document -> number of its newest change, of drafts that had to make room
    views: new Map(), // group -> zoom, pan and window
    ahead: { slices: new Map(), ways: new Map() }, // see ahead.js
  };
  return window[NAME];
}

// What acknowledgement.js last heard of a slice: { document, revision, tab, seq }, or undefined.
export function lastAcknowledged(document) {
  return window[ACKNOWLEDGED]?.get(document);
}

// Not crypto.randomUUID: that exists only over https and on the machine itself.
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
