// The pictures of one position in the order of the beat, each taken apart once, with the reader's own strokes.
import { foreseen, isMissing, maskOf } from "../following/ahead.js";
import { phasesAt } from "../following/series_places.js";

// What is still to be asked for before the phases of this slice's position can play.
export function missingFrames(group, open) {
  return phasesAt(group, open).filter((document) => document !== open && isMissing(document));
}

// Of the open slice what is open; of a phase whose picture could not be had, none.
export function framesAt(group, open, shown) {
  const frames = [];
  for (const document of phasesAt(group, open)) {
    const picture = document === open ? null : foreseen(document);
    if (document === open) frames.push({ document, ...shown });
    else if (picture) frames.push({ document, slice: picture.slice, mask: maskOf(picture) });
  }
  return frames;
}
