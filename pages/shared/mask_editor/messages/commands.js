// Keys that ask the page for something (next slice, approve): numbered, and kept until they are old, because
// Streamlit may skip a state that is followed by the next one within a moment.
import { tabMemory } from "./tab_memory.js";

const KEPT = 24;

export class Commands {
  constructor(send) {
    this.send = send;
    this.recent = [];
  }

  // `seen` is the state of the reader's strokes that was on the screen, { tab, seq }.
  give(name, document, revision, editSeq, seen = null) {
    const memory = tabMemory();
    memory.commandSeq += 1;
    this.recent.push({ seq: memory.commandSeq, name, document, revision, edit_seq: editSeq, seen });
    this.recent = this.recent.slice(-KEPT);
    this.send("commands", { tab: memory.tab, list: this.recent });
  }
}
