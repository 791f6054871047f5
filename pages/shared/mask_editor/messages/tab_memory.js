// What outlives the component in this browser tab: Streamlit unmounts it on every change of page.
// Kept on the window, because a component that is sent again may come as a new module.

const NAME = Symbol.for("septum.editor");
const RELOADING = 2000; // ms from the wish to the new page
const ACKNOWLEDGED = Symbol.for("septum.acknowledged");

export function tabMemory() {
  window[NAME] ??= {
    tab: randomName(), // tells this tab's edits from those of another tab on the same slice
    commandSeq: 0,
    attempt: 0,
    drafts: new Map(),
    forgotten: new Map(), // document -> number of its newest change, of drafts that had to make room
    views: new Map(), // group -> zoom, pan and window
    showings: new Map(), // group -> how its pictures are shown: which way round, and what else there is
    // see the files in following/
    ahead: {
      slices: new Map(), // document -> its picture, the youngest last
      ways: new Map(), // document -> where decisions lead to
      series: new Map(), // group -> which slice lies where
      versions: new Map(), // document -> the newest version of its mask, as far as the page told
      request: 0,
      asked: [],
      askedAt: 0,
    },
  };
  return window[NAME];
}

// What acknowledgement.js last heard of a slice: { document, revision, tab, seq }, or undefined.
export function lastAcknowledged(document) {
  return window[ACKNOWLEDGED]?.get(document);
}

// Whether this page was loaded by pages/shared/line.js, in place of one whose line broke, and by nobody's wish.
export function takenUp() {
  try {
    const loads = JSON.parse(sessionStorage.getItem("septum.taken-up") ?? "[]");
    return Math.abs(performance.timeOrigin - loads[loads.length - 1]) < RELOADING;
  } catch {
    return false;
  }
}

// Not crypto.randomUUID: that exists only over https and on the machine itself.
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
