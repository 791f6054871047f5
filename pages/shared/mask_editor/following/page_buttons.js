// The page's own buttons that decide on a slice: a click on one counts for the slice that is shown. It waits until
// the page stands still on that slice, and is dropped where it opens another one, or stands for another decision.
// Approve is then given as its key gives it, with the strokes that are on the screen: a click alone tells of none.
import { NOT_WHOLE, PICTURE_CHANGED } from "./travel.js";
import { isInSight, sightOf } from "./sight.js";

// The keys of these buttons in pages/shared/review.
const DECISIONS = [
  "approve",
  "reject",
  "save",
  "discard",
  "take back",
  "undo decision",
  "keep mine",
  "merge",
  "keep theirs",
  "restore version",
  "many slices",
  "many do",
  "many undo",
];
const BUTTONS = DECISIONS.map((key) => `.st-key-${key.replaceAll(" ", "-")} button`).join();
const TAKES_THE_MASK = ".st-key-approve button, .st-key-save button, .st-key-merge button, .st-key-keep-mine button";
const APPROVE = ".st-key-approve button";
const UNDO = ".st-key-undo-decision button";
const LOOK_EVERY = 30; // ms
const GIVEN_UP = 10000; // ms

export class PageButtons {
  constructor(editor) {
    this.editor = editor;
    this.waiting = null; // { button, sight, since }
    this.first = null; // what was in sight at the first click of a row of quick ones
    this.passing = false; // the click that is given now has waited
    this.timer = 0;
    this.pressedOnHidden = false; // the mask was hidden by a key, which the press itself took out of the hand
    this.listener = (event) => this.clicked(event);
    this.pressed = () => (this.pressedOnHidden = editor.hiding);
    window.addEventListener("pointerdown", this.pressed, true);
    window.addEventListener("click", this.listener, true); // before the page hears of it
  }

  destroy() {
    clearTimeout(this.timer);
    window.removeEventListener("pointerdown", this.pressed, true);
    window.removeEventListener("click", this.listener, true);
  }

  clicked(event) {
    if (event.detail === 1) this.first = this.editor.draft ? sightOf(this.editor) : null;
    const button = event.target.closest?.(BUTTONS);
    if (!button || this.passing) return;
    const sees =
      this.editor.cine.lets("page button") &&
      this.editor.travel.isSeen() &&
      this.isOneWithFirst(event) &&
      this.isShown(event, button);
    if (!sees) { // pressed on something else
      event.preventDefault();
      return event.stopImmediatePropagation();
    }
    const unfinished = button.matches(TAKES_THE_MASK) && this.editor.isUnfinished();
    this.editor.outbox.flush();
    const goes = !unfinished && this.mayGo();
    if (goes && !button.matches(APPROVE)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (goes) return this.editor.travel.decide("approve");
    if (unfinished) return;
    if (!this.waiting) this.timer = setTimeout(() => this.look(), LOOK_EVERY);
    this.waiting = { button, line: lineOf(button), sight: sightOf(this.editor), since: performance.now() };
    this.editor.travel.release();
    this.editor.travel.settle();
  }

  // Nobody looks at a picture that came between the two clicks of a double click.
  isOneWithFirst({ detail }) {
    const isOne = detail < 2 || (this.first !== null && isInSight(this.editor, this.first));
    if (!isOne) this.editor.tell(PICTURE_CHANGED);
    return isOne;
  }

  // Nobody approves what a key hid until the button was pressed; from then on it is shown.
  isShown({ detail }, button) {
    const isShown = !(detail && this.pressedOnHidden && button.matches(APPROVE));
    if (!isShown) this.editor.tell(NOT_WHOLE);
    return isShown;
  }

  // Undoes the decision that the page offers to undo; returns whether there is one.
  undoDecision() {
    const button = document.querySelector(UNDO);
    if (!button?.checkVisibility({ visibilityProperty: true })) return false;
    button.click();
    return true;
  }

  // Nothing is on its way that could put another slice or mask under the click, and the store has every stroke.
  mayGo() {
    const { travel, ready, draft } = this.editor;
    if (draft && !draft.stored) return false;
    const running = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
    return ready && !travel.isAhead && !travel.asked && (!running || running === "notRunning");
  }

  look() {
    const { waiting, editor } = this;
    if (!this.mayGo() && performance.now() - waiting.since < GIVEN_UP) {
      this.timer = setTimeout(() => this.look(), LOOK_EVERY);
      return;
    }
    this.waiting = null;
    const { button, line, sight } = waiting;
    if (this.mayGo() && button.isConnected && lineOf(button) === line && isInSight(editor, sight)) {
      if (button.matches(APPROVE)) return editor.travel.decide("approve");
      this.passing = true;
      button.click();
      this.passing = false;
    } else editor.tell(PICTURE_CHANGED);
  }
}

// Which decision a button undoes: the page names the line around it by that.
function lineOf(button) {
  return button.closest("[class*='st-key-decided-']")?.className;
}
