// Tells whoever shows the same mask elsewhere on the page, such as the grid of a heart, what the editor shows now.
import { tabMemory } from "./tab_memory.js";

export function tellDrawn({ document, revision, seq, mask, width, height }) {
  const detail = { document, revision, seq, tab: tabMemory().tab, mask, width, height };
  window.dispatchEvent(new CustomEvent("septum-drawn", { detail }));
}
