// A pointer that keys move over the picture, so that every tool can be used without a mouse. While it is on, arrows
// are its own; it is seen as a cross with a sentence beside it, and heard.
import { element } from "../panel/dom.js";
import { FAR, POINTER_WAYS } from "./pointer_keys.js";

const POINTER_ON = "Keyboard pointer: arrows move it, Space presses, Esc leaves";
const POINTER_OFF = "Keyboard pointer off";
const NOT_APPROVED = "Enter approves once the keyboard pointer is off: press Esc first.";
const LEADS_TO = { ArrowLeft: "previous_phase", ArrowRight: "next_phase", ArrowUp: "previous_slice", ArrowDown: "next_slice" };
const IN_SIGHT = 24; // CSS pixels that it keeps from the edge of the well
const [CROSS_FROM, CROSS_TO] = [5, 15]; // CSS pixels

export class KeyPointer {
  constructor(editor) {
    this.editor = editor;
    this.on = false;
    this.held = false; // the tool is pressed
    this.locked = false; // and stays so when the key goes up
    this.at = { x: 0.5, y: 0.5 }; // in the image
    this.sign = element("div", { class: "floating by-keys", hidden: true }, POINTER_ON);
    editor.well.append(this.sign);
  }

  toggle() {
    const { editor } = this;
    this.on = !this.on;
    this.sign.hidden = !this.on;
    editor.announcer.tell("pointer", this.on ? POINTER_ON : POINTER_OFF);
    if (this.on) this.moveTo(editor.pixelUnderCursor() ? editor.cursor : editor.view.lookingAt());
    else {
      this.lift();
      editor.hover(null);
    }
    editor.toolbar.refresh();
  }

  // Whether a key of the picture was this pointer's.
  keyDown(event) {
    const { editor } = this;
    if (!this.on || event.composedPath()[0] !== editor.root) return false;
    editor.draft?.work();
    if (editor.tool.keys?.keyDown(event)) return true;
    const way = POINTER_WAYS[event.key];
    const control = event.ctrlKey || event.metaKey;
    if (way && control) this.leadOn(event);
    else if (way && !event.altKey) this.step(way, event.shiftKey ? FAR : 1);
    else if (event.key === " ") this.space(event, control);
    else if (event.key === "Enter" && !control) this.enter(event);
    else return event.key === "Escape" && this.escape();
    return true;
  }

  keyUp(event) {
    if (event.key in LEADS_TO) this.editor.travel.release();
    if (event.key === " " && !this.locked) this.lift();
  }

  leadOn(event) {
    const { editor } = this;
    editor.repeating = event.repeat;
    editor.perform(`command:${LEADS_TO[event.key]}`);
    editor.repeating = false;
  }

  step(way, far) {
    const [x, y] = this.editor.view.orientation.along(way);
    this.moveTo({ x: this.at.x + x * far, y: this.at.y + y * far });
  }

  // To the middle of the pixel at a point, or to the nearest one of the picture.
  moveTo(point) {
    const { editor } = this;
    const { width, height } = editor.slice;
    const middle = (value, size) => Math.min(size - 1, Math.max(0, Math.floor(value))) + 0.5;
    this.at = { x: middle(point.x, width), y: middle(point.y, height) };
    this.keepInSight();
    editor.hover(this.at);
    if (this.held) editor.tool.drag([this.at]);
    const { x, y } = editor.pixelUnderCursor();
    editor.announcer.tell("place", `x ${x}, y ${y}: ${editor.toolbar.labels[editor.view.mask[y * width + x]].name}`);
  }

  keepInSight() {
    const { view } = this.editor;
    const [left, top] = view.toScreen(this.at.x, this.at.y);
    const beyond = (value, size) => Math.max(0, IN_SIGHT - value) - Math.max(0, value - size + IN_SIGHT);
    const [x, y] = [beyond(left, view.size.width), beyond(top, view.size.height)];
    if (x || y) view.panBy(x, y);
  }

  space(event, erase) {
    if (event.repeat) return;
    if (this.held) return this.lift();
    this.press({ erase });
    this.locked = this.held && event.shiftKey;
  }

  // Presses the tool until `lift`; whether it could be.
  hold(how) {
    if (!this.held) this.press(how);
    this.locked = this.held;
    return this.held;
  }

  press(how) {
    const { editor } = this;
    if (editor.pointer.gesture || !editor.mayDraw()) return;
    editor.pointer.gesture = { kind: "keys", pointer: null };
    this.held = true;
    editor.tool.press(this.at, how);
    editor.view.invalidate("marks");
  }

  lift() {
    if (!this.drop()) return;
    this.editor.tool.release(this.at);
    this.editor.view.invalidate("marks");
  }

  // Lets go of the tool without a stroke; whether it was held.
  drop() {
    const { held, editor } = this;
    this.held = this.locked = false;
    if (held) editor.pointer.gesture = null;
    return held;
  }

  // Closes or takes what the tool has begun; a slice is not approved by a key that was meant for a shape.
  enter(event) {
    const { editor } = this;
    if (editor.tool.key?.("Enter", event)) editor.takenByTool("Enter");
    else editor.tell(NOT_APPROVED);
  }

  escape() {
    const { tool } = this.editor;
    const begun = this.drop() || tool.pending || tool.corners?.length;
    if (begun) tool.cancel();
    else this.toggle();
    return true;
  }

  drawMarks(context) {
    if (!this.on) return;
    const [x, y] = this.editor.view.toScreen(this.at.x, this.at.y);
    for (const [colour, width] of [["rgba(0, 0, 0, 0.7)", 4], [this.held ? "#f0e442" : "#ffffff", 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const [right, down] of Object.values(POINTER_WAYS)) {
        context.moveTo(x + right * CROSS_FROM, y + down * CROSS_FROM);
        context.lineTo(x + right * CROSS_TO, y + down * CROSS_TO);
      }
      context.stroke();
    }
  }
}
