// Mouse, pen and fingers over the well: pan, zoom, window and level here; everything else goes to the tool.
import { Notches } from "../following/wheel.js";

const WHEEL_SPEED = 0.0015; // zoom by e^(0.0015) a wheel unit: one notch is about 16 %
const CLICK_REACH = 4; // CSS pixels that a pointer may move in a click
const PEN_ERASER = 32; // bit of `buttons` for the other end of a pen

export class Pointer {
  constructor(editor, well) {
    this.editor = editor;
    this.well = well;
    this.fingers = new Map();
    this.notches = new Notches();
    this.gesture = null; // { kind: "pan" | "window" | "pinch" | "tool", ... }
    well.addEventListener("pointerdown", (event) => this.down(event));
    well.addEventListener("pointermove", (event) => this.move(event));
    well.addEventListener("pointerup", (event) => this.up(event));
    well.addEventListener("pointercancel", (event) => this.cancel(event));
    well.addEventListener("pointerenter", () => editor.focusUnlessTyping());
    well.addEventListener("pointerleave", (event) => this.leave(event));
    well.addEventListener("contextmenu", (event) => event.preventDefault());
    well.addEventListener("dblclick", (event) => editor.tool?.doubleClick?.(this.imagePoint(event)));
    well.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  imagePoint(event) {
    return this.editor.view.toImage(event.clientX, event.clientY);
  }

  down(event) {
    if (event.target.closest?.("button, input, .help, .banner, .options")) return;
    const { editor } = this;
    editor.focus();
    event.preventDefault();
    try {
      this.well.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is already gone cannot be captured; its cancel event follows.
    }
    editor.toolbar.menu.close();
    editor.hover(this.imagePoint(event));
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, event);
      if (this.fingers.size === 2) return this.startPinch();
      if (this.fingers.size > 2) return;
    }
    if (this.gesture) return;
    if (event.button === 1 || editor.panning) this.start("pan", event);
    else if (event.button === 2) this.start("window", event);
    else if (event.button === 0 || event.buttons & PEN_ERASER) {
      if (!editor.tool) return this.start("pan", event); // a viewer has nothing to draw, so it pans
      if (editor.tool.onlyLooks) editor.cine?.lets("measure");
      else if (!editor.mayDraw()) return;
      this.start("tool", event);
      const erase = event.ctrlKey || event.metaKey || Boolean(event.buttons & PEN_ERASER);
      editor.tool.press(this.imagePoint(event), { erase, shift: event.shiftKey });
      editor.toolbar.refreshStatus(); // what the keys do next may be another thing
    }
  }

  start(kind, event) {
    const { pointerId: pointer, clientX: x, clientY: y } = event;
    const { name, range } = this.editor.greyWindow;
    this.gesture = { kind, pointer, x, y, window: { name, range } };
    this.well.classList.toggle("grabbing", kind === "pan");
  }

  startPinch() {
    if (this.gesture?.kind === "tool") this.editor.tool.abandon(); // the first finger was no stroke after all
    this.gesture = { kind: "pinch", pointer: null, ...this.pinch() };
  }

  pinch() {
    const [one, other] = [...this.fingers.values()];
    return {
      x: (one.clientX + other.clientX) / 2,
      y: (one.clientY + other.clientY) / 2,
      distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
    };
  }

  move(event) {
    const { editor, gesture } = this;
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, event);
    editor.hover(this.imagePoint(event));
    if (!gesture) return;
    if (gesture.kind === "pinch") {
      const now = this.pinch();
      editor.view.panBy(now.x - gesture.x, now.y - gesture.y);
      editor.view.zoomAt(now.distance / gesture.distance, now.x, now.y);
      Object.assign(gesture, now);
      return;
    }
    if (event.pointerId !== gesture.pointer) return;
    if (gesture.kind === "pan") {
      editor.view.panBy(event.clientX - gesture.x, event.clientY - gesture.y);
      Object.assign(gesture, { x: event.clientX, y: event.clientY });
    } else if (gesture.kind === "window") {
      editor.greyWindow.drag(gesture.window.range, event.clientX - gesture.x, event.clientY - gesture.y);
    } else {
      // The browser hands over one event a frame; the points in between make a fast stroke smooth.
      const between = event.getCoalescedEvents?.() ?? [];
      editor.tool.drag((between.length ? between : [event]).map((each) => this.imagePoint(each)));
    }
  }

  up(event) {
    const { gesture } = this;
    this.fingers.delete(event.pointerId);
    if (!gesture) return;
    if (gesture.kind === "pinch") {
      if (this.fingers.size < 2) this.gesture = null;
      return;
    }
    if (event.pointerId !== gesture.pointer) return;
    this.gesture = null;
    this.well.classList.remove("grabbing");
    if (gesture.kind === "tool") this.editor.tool.release(this.imagePoint(event));
    if (gesture.kind === "window" && this.isClick(event, gesture)) this.rightClick(event, gesture);
    this.editor.toolbar.refreshStatus();
  }

  isClick(event, gesture) {
    return Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y) < CLICK_REACH;
  }

  // Only a tool that knows what to do with it takes a right click; a hand is never quite still.
  rightClick(event, gesture) {
    const { editor } = this;
    if (!editor.tool?.rightClick || !editor.mayDraw()) return;
    editor.greyWindow.restore(gesture.window);
    editor.tool.rightClick(this.imagePoint(event));
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    if (this.gesture?.pointer !== event.pointerId && this.gesture?.kind !== "pinch") return;
    if (this.gesture.kind === "tool") this.editor.tool.abandon();
    this.gesture = null;
    this.well.classList.remove("grabbing");
  }

  leave(event) {
    if (this.gesture || event.pointerType === "touch") return;
    this.editor.hover(null);
  }

  wheel(event) {
    if (event.target.closest?.(".help, .menu")) return;
    event.preventDefault();
    const { editor } = this;
    const turn = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY || event.deltaX;
    if (event.shiftKey && editor.editable) editor.perform(turn < 0 ? "larger" : "smaller");
    else if (this.turnsSlices(event)) editor.turnSlices(this.notches.of(event));
    else editor.view.zoomAt(Math.exp(-turn * WHEEL_SPEED), event.clientX, event.clientY);
    editor.hover(this.imagePoint(event));
  }

  // What the wheel does alone is the reader's choice, with Ctrl it does the other. Two fingers that pinch a trackpad
  // say that Ctrl is down although it is not: they zoom.
  turnsSlices(event) {
    const { keys, preferences } = this.editor;
    const pinched = event.ctrlKey && !keys.control;
    const other = event.ctrlKey || event.metaKey;
    return preferences.wheel === "slice" ? !other : other && !pinched;
  }
}
