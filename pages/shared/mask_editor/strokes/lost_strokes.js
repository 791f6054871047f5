// Strokes from before a reload: taken up again, or offered to the reader where they never reached the store.
import { takenUp } from "../messages/tab_memory.js";
import { element } from "../panel/dom.js";
import { isLost } from "./draft_record.js";
import { changedBox } from "./history.js";

export class LostStrokes {
  constructor(editor) {
    this.editor = editor;
    this.banner = null; // the open question
  }

  get isOpen() {
    return this.banner !== null;
  }

  // What the browser kept of this slice meets what Python shows: its history is taken up again.
  recover(record, fresh) {
    const { editor } = this;
    const theirs = { ...editor.shown(), mask: fresh.mask };
    const lost = isLost(record, theirs);
    record.seconds = Math.max(record.seconds, theirs.seconds);
    if (!changedBox(record.mask, fresh.mask, record.width)) {
      record.settle(theirs);
      editor.use(record);
      editor.store.save(record, true); // from now on it is this tab's
    } else if (lost && takenUp() && record.knows(theirs.tab, theirs.acknowledged)) {
      this.restore(record, theirs); // nobody drew meanwhile, and the reader did not ask for the new page
    } else if (lost) {
      this.offer(record, theirs);
    } else {
      record.adopt(theirs);
      editor.use(record);
      editor.store.save(record, true);
    }
  }

  offer(record, theirs) {
    const when = new Date(record.savedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    this.banner = element(
      "div",
      { class: "banner", role: "alert" },
      element("span", {}, `Strokes of ${when} on this slice never reached the store.`),
      this.answer("Restore them", "restore", "", () => this.restore(record, theirs)),
      this.answer("Discard", "discard", "plain", () => this.discard(record, theirs)),
    );
    this.editor.well.append(this.banner);
  }

  answer(text, name, looks, act) {
    const made = element("button", { type: "button", class: looks }, text);
    made.dataset.action = name;
    made.addEventListener("click", () => {
      this.dismiss();
      act();
      this.editor.focus();
    });
    return made;
  }

  // Sends strokes that never arrived on their way again.
  restore(record, theirs) {
    record.settle(theirs);
    record.seq += 1;
    this.editor.use(record);
    this.editor.outbox.add(record, true);
  }

  discard(record, theirs) {
    record.adopt(theirs);
    this.editor.use(record);
    this.editor.outbox.add(record, true);
  }

  dismiss() {
    this.banner?.remove();
    this.banner = null;
  }

  // Shakes the question: nothing is drawn or decided before it is answered, which is what this returns.
  remind() {
    this.banner.classList.remove("urgent");
    void this.banner.offsetWidth; // lets the animation start over
    this.banner.classList.add("urgent");
    return false;
  }
}
