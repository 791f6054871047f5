// What a screen reader is told: one live region, which speaks once things have stood still for a moment.
import { element } from "../panel/dom.js";

const STANDS_STILL = 500; // ms

export class Announcer {
  constructor() {
    this.root = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.last = new Map(); // what was told last, by subject
    this.waiting = new Map();
    this.speaking = 0;
  }

  destroy() {
    clearTimeout(this.speaking);
  }

  // Tells something new of a subject; of several, the newest.
  tell(subject, text) {
    if (this.last.get(subject) === text) return;
    this.last.set(subject, text);
    this.waiting.delete(subject);
    if (text) this.waiting.set(subject, text);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.speak(), STANDS_STILL);
  }

  speak() {
    if (this.waiting.size) this.root.textContent = [...this.waiting.values()].join(". ");
    this.waiting.clear();
  }
}
