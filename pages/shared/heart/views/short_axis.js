// ED or ES at the open position. A click or the arrows move the place at which the long axis is cut, Enter opens it.
import { drawPlane, element, greyCanvas, outlinesOf, sized } from "./planes.js";

const CUT_COLOURS = { row: "#ffd54a", column: "#7fe0ff" };
const MOVES_TO = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const FAR_MOVE = 5; // pixels with Shift

export class ShortAxisPicture {
  constructor(views) {
    this.views = views;
    this.canvas = element("canvas", { tabIndex: 0, className: "picture" });
    this.canvas.setAttribute("role", "application");
    this.title = element("button", { type: "button", className: "opens" });
    this.missing = element("p", { className: "missing" });
    this.root = element("figure", {}, this.title, this.canvas, this.missing);
    this.title.addEventListener("click", () => views.open(this.shown.slice));
    this.canvas.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where it is
    this.canvas.addEventListener("pointerdown", (event) => this.dragged(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons & 1 && this.dragged(event));
    this.canvas.addEventListener("pointerup", () => views.cutAt(views.at));
    this.canvas.addEventListener("keydown", (event) => this.keyDown(event));
  }

  show(shown, plane) {
    this.shown = shown;
    const isHere = !shown.missing;
    this.title.textContent = shown.title;
    this.title.disabled = !isHere || this.views.isOpen(shown.slice);
    this.title.title = isHere ? `Open slice ${shown.number} at ${shown.title}` : "";
    this.canvas.hidden = !isHere;
    this.missing.hidden = isHere;
    this.missing.textContent = shown.missing ?? "";
    if (!isHere) return;
    const { width, height, grey, labels } = shown;
    const size = width * height;
    this.plane = { picture: greyCanvas(plane(grey, size), width, height), outlines: outlinesOf(plane(labels, size), width, height) };
    const says = "the arrows move the place where the long axis is cut, Home puts it into the middle of the LV, Enter opens the slice";
    this.canvas.ariaLabel = `${shown.title}, slice ${shown.number}: ${says}`;
  }

  draw() {
    if (this.canvas.hidden) return;
    const { colours, spacing } = this.views.header;
    const { width, height } = this.shown;
    const shownWidth = this.root.clientWidth;
    this.mm = shownWidth / (width * spacing[1]); // CSS pixels a mm
    const [down, across] = spacing.map((each) => each * this.mm);
    const context = sized(this.canvas, shownWidth, height * down);
    drawPlane(context, this.plane, colours, 0, 0, across, down);
    const [row, column] = this.views.at;
    line(context, CUT_COLOURS.row, 0, (row + 0.5) * down, width * across, (row + 0.5) * down);
    line(context, CUT_COLOURS.column, (column + 0.5) * across, 0, (column + 0.5) * across, height * down);
  }

  dragged(event) {
    const { spacing } = this.views.header;
    const [row, column] = [event.offsetY / this.mm / spacing[0], event.offsetX / this.mm / spacing[1]];
    this.canvas.setPointerCapture(event.pointerId);
    this.views.moveCut([Math.floor(row), Math.floor(column)]);
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation(); // Streamlit would rerun on `r` and clear its caches on `c`
    const step = MOVES_TO[event.key];
    if (step) {
      const far = event.shiftKey ? FAR_MOVE : 1;
      this.views.moveCut(this.views.at.map((each, axis) => each + step[axis] * far));
      this.views.cutSoon();
    } else if (event.key === "Home") this.views.cutInTheMiddle();
    else if (event.key === "Enter" && !event.repeat) this.views.open(this.shown.slice);
    else return;
    event.preventDefault();
  }
}

function line(context, colour, x0, y0, x1, y1) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.setLineDash([]);
}
