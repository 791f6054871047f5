// The grid of a heart: one stop of the keyboard, in which arrows move a mark; Enter and a click open a slice.
import { drawCell } from "./cell_picture.js";
import { Frame } from "./frame_of_grid.js";
import { bringIntoSight, slicesOn, STEPS } from "./moving.js";
import { drawnSince, keepDrawn, pixelOf, sheetsOf } from "./sheets.js";
import { element, makeTable } from "./table.js";
import { wordsOf } from "./words.js";

const GRIDS = new WeakMap();

class HeartGrid {
  constructor(root) {
    this.root = root;
    this.cells = new Map(); // id of a slice -> its parts, its data, and what was drawn
    this.marked = null; // id of the slice that the keys speak of
    this.table = element("table", { role: "grid", tabIndex: 0 });
    this.frame = new Frame(root, this.table, () => this.fit());
    this.sent = (event) => event.detail.series === this.data?.series && this.draw();
    this.drawn = (event) => this.heard(event.detail);
    window.addEventListener("septum-heart", this.sent);
    window.addEventListener("septum-drawn", this.drawn);
    const { table } = this;
    table.addEventListener("keydown", (event) => this.keyDown(event));
    // Without this the grid would take the focus, and the keys would not be the picture's afterwards.
    table.addEventListener("mousedown", (event) => this.idAt(event) && event.preventDefault());
    table.addEventListener("click", (event) => this.openSlice(this.idAt(event)));
    table.addEventListener("mouseover", (event) => this.tell(this.idAt(event)));
    table.addEventListener("mouseleave", () => this.tell());
    table.addEventListener("focus", () => this.mark(this.marked));
  }

  destroy() {
    this.frame.destroy();
    window.removeEventListener("septum-heart", this.sent);
    window.removeEventListener("septum-drawn", this.drawn);
  }

  receive(data, send) {
    this.send = send;
    const text = JSON.stringify(data);
    if (text === this.text) return;
    const before = this.data;
    [this.text, this.data] = [text, data];
    this.colours = data.labels.map(({ colour }) => pixelOf(colour));
    this.frame.receive(data);
    this.arrange();
    if (before?.open !== data.open) this.mark(data.open);
    this.draw();
    this.tell();
  }

  // Puts the slices where they belong; what stands there already stays.
  arrange() {
    const { data } = this;
    const rows = data.rows.map(({ says, cells }) => [says, cells.map((cell) => cell?.id)]);
    const plan = JSON.stringify([data.series, data.phases, rows]);
    if (plan !== this.plan) {
      this.plan = plan;
      const made = makeTable(data);
      this.cells = made.cells;
      this.table.replaceChildren(element("tbody", { role: "rowgroup" }, ...made.rows));
      this.table.classList.toggle("single", data.phases.length === 1);
      this.marked = null;
    }
    this.table.ariaLabel = data.label;
    this.table.style.setProperty("--bar", data.labels[data.bar].colour);
    for (const cell of data.rows.flatMap((row) => row.cells)) if (cell) this.fill(cell);
    this.fit();
  }

  fill(cell) {
    const parts = this.cells.get(cell.id);
    const { revision, tab, seq, discards } = cell;
    parts.data = { ...cell, state: [revision, tab, seq, discards].join(" ") };
    parts.mark.textContent = cell.mark;
    parts.look.textContent = cell.look;
    const open = cell.id === this.data.open;
    parts.box.classList.toggle("open", open);
    parts.box.ariaSelected = String(open);
  }

  // ---- what is drawn

  pixelsOf(cell) {
    return drawnSince(cell)?.pixels ?? cell.pixels;
  }

  fit() {
    if (!this.data) return;
    const size = this.frame.pictureSize(this.data.phases.length);
    const isAnother = size !== this.size;
    this.size = size;
    this.table.style.setProperty("--cell", `${size}px`);
    this.frame.measureRows(this.table.rows);
    if (!isAnother) return;
    this.bringIntoSight();
    this.draw();
  }

  draw() {
    this.planned ??= requestAnimationFrame(() => {
      this.planned = null;
      this.drawNow();
    });
  }

  // Draws those cells whose picture is another one than before.
  drawNow() {
    const { data } = this;
    const sheets = sheetsOf(data.series);
    const size = Math.round(this.size * (window.devicePixelRatio || 1));
    const bars = [...this.cells.values()].map((parts) => this.pixelsOf(parts.data)?.[data.bar] ?? 0);
    const most = Math.max(1, ...bars);
    [...this.cells.values()].forEach((parts, at) => {
      const cell = parts.data;
      const drawn = drawnSince(cell);
      parts.bar.style.width = `${(100 * bars[at]) / most}%`;
      parts.box.ariaLabel = wordsOf(cell, this.pixelsOf(cell), data);
      const asked = [size, data.turn, sheets.pictures?.stamp, cell.mask, drawn?.tab, drawn?.seq].join();
      if (parts.shown === asked || !drawCell(parts.canvas, size, cell, sheets, data.turn)) return;
      parts.shown = asked;
      parts.box.dataset.drawn = Number(parts.box.dataset.drawn ?? 0) + 1;
    });
  }

  // The editor shows another mask of a slice.
  heard(drawn) {
    const parts = [...this.cells.values()].find(({ data }) => data.document === drawn.document);
    if (!parts) return;
    requestAnimationFrame(() => {
      keepDrawn(drawn, parts.data, this.colours);
      this.draw();
      this.tell();
    });
  }

  // Says which slice is under the pointer, or else which the keys speak of.
  tell(id = null) {
    const focused = this.root.getRootNode().activeElement === this.table;
    const parts = this.cells.get(id ?? (focused ? this.marked : this.data?.open));
    this.frame.says.textContent = parts ? wordsOf(parts.data, this.pixelsOf(parts.data), this.data) : "";
  }

  // ---- moving and opening

  idAt(event) {
    const box = event.composedPath()[0].closest?.("td[data-slice]");
    return box ? Number(box.dataset.slice) : null;
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // Streamlit would rerun on `r` and clear its caches on `c`
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.openSlice(this.marked);
    } else if (event.key in STEPS) {
      event.preventDefault();
      const [rows, columns] = STEPS[event.key];
      // With one phase all slices stand in one line, whichever way it goes on.
      const step = this.data.phases.length === 1 ? [rows + columns, 0] : [rows, columns];
      this.mark(slicesOn(this.cells, this.marked, step) ?? this.marked);
    }
  }

  mark(id) {
    this.cells.get(this.marked)?.box.classList.remove("marked");
    this.marked = id;
    const box = this.cells.get(id)?.box;
    if (!box) return;
    box.classList.add("marked");
    this.table.setAttribute("aria-activedescendant", box.id);
    this.bringIntoSight();
    this.tell();
  }

  bringIntoSight() {
    const box = this.cells.get(this.marked)?.box;
    if (box) bringIntoSight(this.frame.scroller, this.table, box);
  }

  openSlice(id) {
    if (!this.cells.has(id)) return;
    this.mark(id);
    if (this.frame.isLarge) this.frame.dialog.close();
    if (id !== this.data.open) this.send("open", id);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heart-grid");
  if (!GRIDS.has(root)) GRIDS.set(root, new HeartGrid(root));
  const grid = GRIDS.get(root);
  root.grid = grid; // for whoever looks in with the developer tools, and for the tests
  grid.receive(data, setTriggerValue);
  return () => {
    grid.destroy();
    GRIDS.delete(root);
  };
}
