// What outlives the component in this browser tab: Streamlit unmounts it on every change of page.
// Kept on the window, because a component that is sent again may come as a new module.

const NAME = Symbol.for("septum.editor");

export function tabMemory() {
  window[NAME] ??= {
    tab: randomName(), // tells this tab's edits from those of another tab on the same slice
    commandSeq: 0,
    drafts: new Map(),
    acknowledged: new Map(), // document -> { revision, seq }: the newest edit that the store has
    views: new Map(), // group -> zoom, pan and window
  };
  return window[NAME];
}

// Not crypto.randomUUID: that exists only over https and on the machine itself.
function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
