// Asks the page for the pictures around the one that is shown: the nearest first, one request at a time, and none
// while a stroke is drawn or on its way. The editor's own component asks: of two that speak in one moment, Streamlit
// hears one.
import { isMissing } from "./ahead.js";
import { around } from "./series_places.js";
import { tabMemory } from "../messages/tab_memory.js";

const BATCH = 4; // slices of one request: a stroke that comes meanwhile waits for no more
const LARGE_BATCH = 8; // where somebody waits for the pictures
const UNANSWERED = 2000; // ms after which a request is made again
const LOOK_AGAIN = 200; // ms

export class Fetching {
  constructor(editor) {
    this.editor = editor;
    this.timer = 0;
    this.urgent = []; // slices that a key, or phases that are to play, wait for
    this.listener = () => this.next();
    window.addEventListener("septum-ahead", this.listener);
  }

  destroy() {
    clearTimeout(this.timer);
    window.removeEventListener("septum-ahead", this.listener);
  }

  first(...documents) {
    this.urgent = documents;
    this.next();
  }

  next() {
    clearTimeout(this.timer);
    const { ahead, tab } = tabMemory();
    const missing = this.missing();
    if (!missing.length) return;
    const now = performance.now();
    const waiting = ahead.asked.some(isMissing) && now - ahead.askedAt < UNANSWERED;
    if (waiting || this.editor.isDrawing() || this.isQuiet()) {
      this.timer = setTimeout(() => this.next(), LOOK_AGAIN);
      return;
    }
    ahead.request += 1;
    const urgent = this.urgent.filter(isMissing);
    ahead.asked = urgent.length > 1 ? urgent.slice(0, LARGE_BATCH) : missing.slice(0, BATCH);
    ahead.askedAt = now;
    this.editor.send("wanted", { tab, request: ahead.request, documents: ahead.asked });
    this.timer = setTimeout(() => this.next(), UNANSWERED);
  }

  // While phases play nothing is asked for, and just before that only what they wait for.
  isQuiet() {
    return this.editor.cine.isOn && !this.urgent.some(isMissing);
  }

  missing() {
    const { options } = this.editor;
    if (!options) return [];
    const { document, group } = options;
    const decided = Object.values(tabMemory().ahead.ways.get(document) ?? {}).filter(isMissing);
    const near = around(group, document).filter(isMissing);
    const wanted = [...new Set([...near.slice(0, 2), ...decided, ...near])].filter((name) => name !== document);
    return [...new Set([...this.urgent.filter(isMissing), ...wanted])];
  }
}
