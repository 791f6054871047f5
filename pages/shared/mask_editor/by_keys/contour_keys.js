// Points of contours by keys, while the keyboard pointer is on: chosen, moved, added. Delete is the tool's own.
import { FAR, POINTER_WAYS } from "./pointer_keys.js";

const ONE_STEP = 500; // ms between presses that are one step of the history

export class ContourKeys {
  constructor(tool) {
    this.tool = tool;
    this.moved = null; // what was moved last: { draft, seq, at }
  }

  // Whether a key was for the points.
  keyDown(event) {
    if (event.key === "Tab") return this.next(event.shiftKey ? -1 : 1);
    const isMove = event.altKey && event.key in POINTER_WAYS;
    if (!isMove && event.key !== "Insert") return false;
    const { contour, index } = this.tool.found();
    if (contour && index >= 0 && this.tool.editor.mayDraw()) {
      if (isMove) this.move(contour, index, POINTER_WAYS[event.key], event.shiftKey ? FAR : 1, event.repeat);
      else this.tool.addPoint(contour, { span: index, share: 0.5 });
      this.follow();
    }
    return true;
  }

  // Beyond the last point, and before the first, the Tab key leads out of the picture as everywhere.
  next(step) {
    const { tool } = this;
    const own = tool.shown().filter((contour) => tool.labelOf(contour) === tool.editor.preferences.label);
    const points = own.flatMap((contour) => contour.points.map((_, index) => ({ contour, index })));
    const { contour, index } = tool.found();
    const at = points.findIndex((each) => each.contour === contour && each.index === index);
    const goal = at < 0 ? points.at(step > 0 ? 0 : -1) : points[at + step];
    if (!goal) {
      tool.chosen = null;
      return false;
    }
    tool.choose(goal.contour, goal.index);
    this.moved = null;
    this.follow();
    return true;
  }

  move(contour, index, way, far, isHeld) {
    const { draft } = this.tool.editor;
    const last = this.moved?.draft === draft && this.moved.seq === draft.seq ? this.moved : null;
    const joins = Boolean(last) && (isHeld || performance.now() - last.at < ONE_STEP);
    const [x, y] = this.tool.editor.view.orientation.along(way);
    const points = contour.points.map((point, each) =>
      each === index ? { x: point.x + x * far, y: point.y + y * far } : point,
    );
    const { seq } = draft;
    this.tool.change(contour, points, joins);
    if (joins || draft.seq > seq) this.moved = { draft, seq: draft.seq, at: performance.now() };
    this.tool.choose({ ...contour, points }, index);
  }

  // The pointer goes along with the point that is chosen, and says where it is.
  follow() {
    const { editor, chosen } = this.tool;
    editor.keyPointer.moveTo(chosen);
    editor.view.invalidate("marks");
  }
}
