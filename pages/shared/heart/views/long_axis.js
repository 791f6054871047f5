// The stack cut lengthwise, base on top, as high and wide as it is in mm: a band for each slice. A click on a band, or
// Enter, opens its slice. Gaps are hatched, slices that do not count are crossed out.
import { drawPlane, element, greyCanvas, outlinesOf, sized } from "./planes.js";
import { CUT_COLOURS } from "./short_axis.js";

const CUT_TITLES = { row: "Across", column: "Top to bottom" };
const NUMBERS = 20; // CSS pixels at the left, for the numbers of the slices
const [SMALLEST_PX, LARGEST_PX] = [9, 12]; // of the numbers
const HATCH = 6; // CSS pixels between two lines
const PLACES = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export class LongAxisPicture {
  constructor(views) {
    this.views = views;
    this.marked = null; // the place that keys or the pointer are on
    this.canvas = element("canvas", { tabIndex: 0, className: "picture" });
    this.canvas.setAttribute("role", "slider");
    this.canvas.setAttribute("aria-orientation", "vertical");
    this.title = element("figcaption", {});
    this.root = element("figure", {}, this.title, this.canvas);
    this.canvas.addEventListener("mousedown", (event) => event.preventDefault());
    this.canvas.addEventListener("pointermove", (event) => this.mark(this.placeAt(event)));
    this.canvas.addEventListener("pointerleave", () => this.mark(null));
    this.canvas.addEventListener("blur", () => this.mark(null));
    this.canvas.addEventListener("click", (event) => this.openPlace(this.placeAt(event)));
    this.canvas.addEventListener("keydown", (event) => this.keyDown(event));
  }

  show(cut, plane) {
    this.cut = cut;
    const { places, phase } = this.views.header;
    const size = cut.n * places.length;
    const labels = plane(cut.labels, size);
    this.plane = { picture: greyCanvas(plane(cut.grey, size), cut.n, places.length), outlines: outlinesOf(labels, cut.n, places.length) };
    this.title.textContent = CUT_TITLES[cut.along];
    this.title.style.borderColor = CUT_COLOURS[cut.along];
    this.canvas.ariaLabel = `Long axis, ${CUT_TITLES[cut.along].toLowerCase()}${phase && `, ${phase}`}: arrows go from slice to slice, Enter opens one`;
    this.canvas.ariaValueMin = "1";
    this.canvas.ariaValueMax = String(places.length);
    this.tellValue();
  }

  // The place that is marked, else that of the open slice.
  get place() {
    const { places } = this.views.header;
    return this.marked ?? Math.max(0, places.findIndex((place) => place.open));
  }

  tellValue() {
    this.canvas.ariaValueNow = String(this.place + 1);
    this.canvas.ariaValueText = this.views.header.places[this.place].says;
  }

  draw() {
    const { colours, places } = this.views.header;
    const { n, sample_mm: sample, distance_mm: distance } = this.cut;
    const width = this.root.clientWidth;
    const mm = (width - NUMBERS) / (n * sample); // CSS pixels a mm
    this.band = distance * mm;
    const context = sized(this.canvas, width, places.length * this.band + 1);
    drawPlane(context, this.plane, colours, NUMBERS, 0, sample * mm, this.band);
    places.forEach((place, index) => this.drawPlace(context, place, index, width));
  }

  drawPlace(context, place, index, width) {
    const [top, down] = [index * this.band, this.band];
    const text = getComputedStyle(this.root).color;
    context.lineWidth = 1;
    if (place.slice === null) hatch(context, NUMBERS, top, width - NUMBERS, down);
    context.strokeStyle = "rgba(255, 255, 255, 0.28)";
    context.strokeRect(NUMBERS + 0.5, top + 0.5, width - NUMBERS - 1, down);
    if (place.out) cross(context, NUMBERS, top, width - NUMBERS, down);
    if (place.open || index === this.marked) {
      context.strokeStyle = place.open ? "#ffffff" : "#ffd54a";
      context.lineWidth = 1.5;
      context.strokeRect(NUMBERS + 1, top + 0.75, width - NUMBERS - 2, down - 1);
    }
    context.fillStyle = text;
    const size = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, down - 1));
    context.font = `${place.open ? "700 " : ""}${size}px ${getComputedStyle(this.root).fontFamily}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    if (place.slice !== null) context.fillText(place.number, NUMBERS - 5, top + down / 2);
    if (place.out) {
      context.fillStyle = "#ffffff";
      context.fillText(`not ${place.out}`, width - 5, top + down / 2);
    }
  }

  placeAt(event) {
    const place = Math.floor(event.offsetY / this.band);
    return event.offsetX >= 0 && place >= 0 && place < this.views.header.places.length ? place : null;
  }

  mark(place) {
    if (place === this.marked) return;
    this.marked = place;
    this.canvas.style.cursor = place !== null && this.views.header.places[place].slice !== null ? "pointer" : "default";
    this.canvas.title = place === null ? "" : this.views.header.places[place].says;
    this.tellValue();
    this.draw();
  }

  openPlace(place) {
    const slice = place === null ? null : this.views.header.places[place].slice;
    if (slice !== null) this.views.open(slice);
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation();
    const last = this.views.header.places.length - 1;
    if (event.key in PLACES) this.mark(Math.min(last, Math.max(0, this.place + PLACES[event.key])));
    else if (event.key === "Enter" && !event.repeat) this.openPlace(this.place);
    else return;
    event.preventDefault();
  }
}

function hatch(context, left, top, width, height) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = "rgba(255, 255, 255, 0.45)";
  context.beginPath();
  for (let x = left - height; x < left + width; x += HATCH) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

function cross(context, left, top, width, height) {
  context.fillStyle = "rgba(0, 0, 0, 0.45)";
  context.fillRect(left, top, width, height);
  context.strokeStyle = "#ffffff";
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + width, top + height);
  context.moveTo(left, top + height);
  context.lineTo(left + width, top);
  context.stroke();
}
