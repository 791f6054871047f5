// Brings each change to Python, and again until the store has acknowledged it.
import { lastAcknowledged, tabMemory } from "./tab_memory.js";

const PAUSE = 80; // ms between two sends: a lone stroke goes at once, a burst of them as its last state
const FIRST_RETRY = 2000; // ms
const SLOWEST_RETRY = 15000; // ms

export class Outbox {
  constructor(store, send, changed) {
    this.store = store;
    this.send = send;
    this.changed = changed; // called when what is stored changes
    this.timer = 0;
    this.retry = 0;
    this.delay = FIRST_RETRY;
    this.lastSend = -Infinity;
    this.latencies = []; // ms from the end of a stroke to its acknowledgement
    this.strokeEnds = new Map();
    this.listener = (event) => this.heard(event.detail);
    window.addEventListener("septum-acknowledged", this.listener);
  }

  destroy() {
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    window.removeEventListener("septum-acknowledged", this.listener);
  }

  open(draft) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.draft = draft;
    this.delay = FIRST_RETRY;
    const heard = lastAcknowledged(draft.document);
    if (heard) this.heard(heard);
    draft.sent = draft.acknowledged; // what was under way when the component went may have been lost
    this.post();
  }

  // A change was made: keep it here, then send it.
  add(draft, withAllSteps = false) {
    this.strokeEnds.set(draft.seq, performance.now());
    this.store.save(draft, withAllSteps);
    this.post();
    this.changed();
  }

  post() {
    if (!this.draft || this.draft.seq <= this.draft.sent || this.timer) return;
    const wait = this.lastSend + PAUSE - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { draft } = this;
    if (!draft || draft.seq <= draft.sent) return;
    draft.sent = draft.seq;
    this.lastSend = performance.now();
    const memory = tabMemory();
    memory.attempt += 1; // tells the page that a repeated edit is to be stored again
    this.send("edit", { ...draft.payload(memory.tab), attempt: memory.attempt });
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.again(), this.delay);
  }

  again() {
    if (!this.draft || this.draft.stored) return;
    this.delay = Math.min(this.delay * 2, SLOWEST_RETRY);
    this.draft.sent = this.draft.acknowledged;
    this.flush();
    this.changed();
  }

  heard({ document, revision, seq, tab }) {
    const { draft } = this;
    if (draft?.document !== document || draft.revision !== revision || seq <= draft.acknowledged) return;
    if (tab && tab !== tabMemory().tab) return; // another tab's strokes on this slice
    draft.acknowledged = Math.min(seq, draft.seq);
    draft.see(tab, seq);
    draft.sent = Math.max(draft.sent, draft.acknowledged);
    const now = performance.now();
    for (const [each, ended] of this.strokeEnds) {
      if (each > seq) continue;
      this.latencies.push(now - ended);
      this.strokeEnds.delete(each);
    }
    this.latencies = this.latencies.slice(-500);
    if (draft.stored) {
      clearTimeout(this.retry);
      this.delay = FIRST_RETRY;
    }
    this.store.acknowledge(document, revision, draft.acknowledged, tab);
    this.changed();
  }
}
