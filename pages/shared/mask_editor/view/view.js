// The dark well: three canvases at screen resolution (picture, labels, marks), zoom and pan.
// Picture and labels are kept at native resolution off screen and scaled from there, the labels always by
// nearest neighbour, so a pixel that is shown in a colour is exactly a pixel of the mask.
import { element } from "../panel/dom.js";
import { doubtColour, fromHex, isFree } from "./colours.js";
import { drawOutlines, drawRemoved } from "../marks/label_marks.js";
import { orientationOf } from "./orientation.js";
import { renderGrey } from "./window_level.js";

const MARGIN = 8; // of the well that stays free around a fitted picture, in CSS pixels
const MIN_ZOOM = 0.25;
const MAX_ZOOM = 256;

export class View {
  constructor(well) {
    this.well = well;
    this.picture = element("canvas", { class: "layer picture" });
    this.labels = element("canvas", { class: "layer labels" });
    this.marks = element("canvas", { class: "layer marks" });
    well.append(this.picture, this.labels, this.marks);
    this.nativePicture = document.createElement("canvas");
    this.nativeLabels = document.createElement("canvas");
    this.nativeConfidence = document.createElement("canvas");
    this.zoom = 1;
    this.panX = 0;
    this.panY = 0;
    this.turn = "0"; // which way round the picture is shown
    this.orientation = orientationOf(this.turn, 0, 0);
    this.moved = false; // by hand; until then the picture is fitted again when the well changes its size
    this.pending = { picture: false, labels: null, marks: false };
    this.size = { width: 0, height: 0 };
    this.wanted = null;
    this.frame = 0;
    this.unseen = false; // another slice or mask was put in place, and was not drawn yet
    this.pictured = false; // the slice has its greys
    this.drawMarks = () => {};
    const off = { smooth: false, confidence: false, outline: false, patterns: false, difference: false };
    this.settings = { ...off, hidden: new Set() };
  }

  setSlice(slice, colours, mask, turn) {
    this.unseen = true;
    this.pictured = false;
    this.slice = slice;
    this.turn = turn;
    this.orientation = orientationOf(turn, slice.width, slice.height);
    this.mask = mask;
    this.hexColours = colours;
    this.palette = palette(colours.map((colour) => [...fromHex(colour), 255]));
    for (const canvas of [this.nativePicture, this.nativeLabels, this.nativeConfidence]) {
      canvas.width = slice.width;
      canvas.height = slice.height;
    }
    this.renderConfidence();
    this.renderLabels();
    this.invalidate("picture", "marks");
  }

  setWindow(window) {
    const { width, height, pixels } = this.slice;
    const image = new ImageData(width, height);
    renderGrey(pixels, window, image.data);
    this.nativePicture.getContext("2d").putImageData(image, 0, 0);
    this.pictured = true;
    this.invalidate("picture");
  }

  setMask(mask) {
    this.unseen = true;
    this.mask = mask;
    this.renderLabels();
  }

  // ---- geometry

  wellSize() {
    return { width: this.well.clientWidth, height: this.well.clientHeight };
  }

  fit() {
    const { width, height } = this.wellSize();
    if (width < 2 * MARGIN || height < 2 * MARGIN || !this.slice) return; // a hidden tab has no size yet
    const shown = this.orientation;
    const room = Math.min((width - 2 * MARGIN) / shown.width, (height - 2 * MARGIN) / shown.height);
    this.zoom = Math.min(Math.max(room, MIN_ZOOM), MAX_ZOOM);
    this.panX = (width - shown.width * this.zoom) / 2;
    this.panY = (height - shown.height * this.zoom) / 2;
    this.moved = false;
    this.invalidateAll();
  }

  zoomAt(factor, clientX, clientY) {
    const box = this.well.getBoundingClientRect();
    const zoom = Math.min(Math.max(this.zoom * factor, MIN_ZOOM), MAX_ZOOM);
    const [x, y] = [clientX - box.left, clientY - box.top];
    this.panX = x - ((x - this.panX) * zoom) / this.zoom;
    this.panY = y - ((y - this.panY) * zoom) / this.zoom;
    this.zoom = zoom;
    this.moved = true;
    this.invalidateAll();
  }

  zoomAtCentre(factor) {
    const box = this.well.getBoundingClientRect();
    this.zoomAt(factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  panBy(x, y) {
    this.panX += x;
    this.panY += y;
    this.moved = true;
    this.invalidateAll();
  }

  // What is looked at, whatever the size of the well: the image point in its middle, and the zoom.
  lookingAt() {
    const { width, height } = this.size;
    return { zoom: this.zoom, ...this.fromScreen(width / 2, height / 2) };
  }

  lookAt(target) {
    const { width, height } = this.wellSize();
    this.wanted = width ? null : target; // a well without a size yet gets its view once it has one
    this.zoom = target.zoom;
    const [across, down] = this.orientation.toShown(target.x, target.y);
    this.panX = width / 2 - across * target.zoom;
    this.panY = height / 2 - down * target.zoom;
    this.moved = true;
    this.invalidateAll();
  }

  toImage(clientX, clientY) {
    const box = this.well.getBoundingClientRect();
    return this.fromScreen(clientX - box.left, clientY - box.top);
  }

  fromScreen(x, y) {
    return this.orientation.toImage((x - this.panX) / this.zoom, (y - this.panY) / this.zoom);
  }

  toScreen(x, y) {
    const [across, down] = this.orientation.toShown(x, y);
    return [across * this.zoom + this.panX, down * this.zoom + this.panY];
  }

  // Where a box of the image lies on the screen: [left, top, right, bottom].
  toScreenBox(left, top, right, bottom) {
    const [x0, y0] = this.toScreen(left, top);
    const [x1, y1] = this.toScreen(right, bottom);
    return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  }

  resized() {
    const { width, height } = this.wellSize();
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.picture, this.labels, this.marks]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    this.ratio = ratio;
    if (width) this.size = { width, height }; // when the component goes, the well has no size any more
    if (width && this.wanted) this.lookAt(this.wanted);
    else if (!this.moved) this.fit();
    this.invalidateAll();
    this.drawNow(); // a resized canvas is blank; waiting for the next frame would flicker
  }

  // ---- native resolution

  renderConfidence() {
    const { confidence, width, height } = this.slice;
    if (!confidence) return;
    const table = palette(Array.from({ length: 256 }, (_, value) => doubtColour(value / 255)));
    const image = new ImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    for (let index = 0; index < words.length; index++) words[index] = table[confidence[index]];
    this.nativeConfidence.getContext("2d").putImageData(image, 0, 0);
  }

  // Colours the part of the mask inside the box ({left, top, right, bottom}, right and bottom beyond it).
  renderLabels(box = this.wholeBox()) {
    const { width, modelMask } = this.slice;
    const visible = clip(box, this.slice);
    if (!visible) return;
    const image = new ImageData(visible.right - visible.left, visible.bottom - visible.top);
    const words = new Uint32Array(image.data.buffer);
    const { patterns } = this.settings;
    const onlyChanged = this.settings.difference && modelMask;
    const shown = this.palette.map((word, label) => (label && !this.settings.hidden.has(label) ? word : 0));
    let target = 0;
    for (let y = visible.top; y < visible.bottom; y++) {
      for (let x = visible.left; x < visible.right; x++, target++) {
        const index = y * width + x;
        const label = this.mask[index];
        if (patterns && isFree(label, x, y)) continue;
        if (!onlyChanged || modelMask[index] !== label) words[target] = shown[label];
      }
    }
    this.nativeLabels.getContext("2d").putImageData(image, visible.left, visible.top);
    this.invalidateLabels(visible);
  }

  wholeBox() {
    return { left: 0, top: 0, right: this.slice.width, bottom: this.slice.height };
  }

  // ---- drawing, at most once a frame

  invalidate(...layers) {
    for (const layer of layers) {
      if (layer === "labels") this.pending.labels = this.wholeBox();
      else this.pending[layer] = true;
    }
    if (!this.frame) this.frame = requestAnimationFrame(() => this.drawNow());
  }

  invalidateLabels(box) {
    this.pending.labels = union(this.pending.labels, box);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.drawNow());
  }

  invalidateAll() {
    if (this.slice) this.invalidate("picture", "labels", "marks");
  }

  drawNow() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.slice || !this.ratio) return;
    const { picture, labels, marks } = this.pending;
    this.pending = { picture: false, labels: null, marks: false };
    if (picture) this.drawPicture();
    if (labels) this.drawLabels(labels);
    if (this.pictured) this.unseen = false;
    if (marks) {
      const context = this.marks.getContext("2d");
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      context.clearRect(0, 0, this.well.clientWidth, this.well.clientHeight);
      this.drawMarks(context);
    }
  }

  drawScaled(context, canvas) {
    const { ratio, zoom } = this;
    const [a, b, c, d, e, f] = this.orientation.matrix;
    const scale = zoom * ratio;
    const [left, top] = [(e * zoom + this.panX) * ratio, (f * zoom + this.panY) * ratio];
    context.setTransform(a * scale, b * scale, c * scale, d * scale, left, top);
    context.drawImage(canvas, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  drawPicture() {
    const context = this.picture.getContext("2d");
    context.clearRect(0, 0, this.picture.width, this.picture.height);
    context.imageSmoothingEnabled = this.settings.smooth;
    this.drawScaled(context, this.nativePicture);
    if (this.settings.confidence && this.slice.confidence) {
      context.imageSmoothingEnabled = false;
      this.drawScaled(context, this.nativeConfidence);
    }
  }

  drawLabels(box) {
    const context = this.labels.getContext("2d");
    // An outline changes in the pixels next to a changed one, too.
    const wider = {
      left: box.left - 1,
      top: box.top - 1,
      right: box.right + 1,
      bottom: box.bottom + 1,
    };
    const { width, height } = this.slice;
    const all = box.left <= 0 && box.top <= 0 && box.right >= width && box.bottom >= height;
    const [left, top, right, bottom] = all
      ? [0, 0, this.labels.width, this.labels.height]
      : this.deviceBox(wider, Math.floor, Math.ceil);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top); // whole device pixels, so the edge is not blended
    context.clip();
    context.clearRect(left, top, right - left, bottom - top);
    context.imageSmoothingEnabled = false;
    const changes = this.settings.difference && this.slice.modelMask;
    if (!this.settings.outline || changes) this.drawScaled(context, this.nativeLabels);
    if (this.settings.outline || changes) drawOutlines(this, context, clip(wider, this.slice));
    if (changes) drawRemoved(this, context, clip(wider, this.slice));
    context.restore();
  }

  // The same in device pixels, its upper left and lower right corner rounded each in its way.
  deviceBox({ left, top, right, bottom }, first, second = first) {
    const box = this.toScreenBox(left, top, right, bottom);
    return box.map((value, side) => (side < 2 ? first : second)(value * this.ratio));
  }
}

// RGBA colours as the words that an ImageData holds, in the machine's own byte order; a word a pixel is fast.
function palette(colours) {
  return new Uint32Array(Uint8ClampedArray.from(colours.flat()).buffer);
}

export function clip(box, { width, height }) {
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const right = Math.min(width, box.right);
  const bottom = Math.min(height, box.bottom);
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

export function union(one, other) {
  if (!one) return other;
  if (!other) return one;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}
