// What stands around a grid: its title, the way to make it large, what is said of a slice, and the legend.
import { element } from "./table.js";

const LEAST = 46; // CSS pixels of a picture, or a few less
const ONE_PHASE = 62; // the same where slices stand beside each other
const LARGEST = { small: 76, large: 120 };
const HEAD = 34; // CSS pixels of the headings at the left
const GAP = 4; // between two pictures, as grid.css has it

export class Frame {
  // `resized` is called when the room is another one.
  constructor(root, table, resized) {
    this.root = root;
    this.resized = resized;
    this.scroller = element("div", { className: "scroller" }, table);
    this.button = element("button", { type: "button", className: "larger" });
    this.title = element("span", {});
    this.says = element("p", { className: "says" });
    this.words = element("dl", {});
    const legend = element("details", {}, element("summary", { textContent: "Legend" }), this.words);
    const head = element("div", { className: "head" }, this.title, this.button);
    this.inside = element("div", { className: "inside" }, head, this.scroller, this.says, legend);
    this.dialog = element("dialog", { ariaLabel: "The whole heart" });
    root.append(this.inside, this.dialog);
    this.button.textContent = "Larger";
    this.button.addEventListener("click", () => (this.isLarge ? this.dialog.close() : this.enlarge()));
    this.dialog.addEventListener("close", () => this.putBack());
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation());
    this.resizing = new ResizeObserver(resized);
    this.resizing.observe(this.scroller);
  }

  destroy() {
    this.resizing.disconnect();
  }

  receive({ title, legend }) {
    this.title.textContent = title;
    const lines = legend.map(([sign, meaning]) => [
      element("dt", { textContent: sign }),
      element("dd", { textContent: meaning }),
    ]);
    this.words.replaceChildren(...lines.flat());
  }

  get isLarge() {
    return this.dialog.open;
  }

  // How wide a picture is: as wide as all phases fit in, or else as many whole ones as there is room for; the headings
  // take the few pixels that are left then.
  pictureSize(nPhases) {
    const room = this.scroller.clientWidth - HEAD;
    const nShown = Math.min(nPhases, Math.max(1, Math.round(room / (LEAST + GAP))));
    const wanted = nPhases === 1 ? ONE_PHASE * (this.isLarge ? 2 : 1) : room / nShown - GAP;
    const size = Math.floor(Math.min(this.isLarge ? LARGEST.large : LARGEST.small, wanted));
    const left = nShown < nPhases ? room - nShown * (size + GAP) : 0;
    this.scroller.style.setProperty("--head", `${HEAD + left}px`);
    return size;
  }

  // Tells the style how high a row is, so that the last one in sight is whole as well.
  measureRows([heads, first]) {
    const { scroller } = this;
    const bars = scroller.offsetHeight - scroller.clientHeight;
    const highOf = (row) => row?.getBoundingClientRect().height ?? 0;
    scroller.style.setProperty("--around", `${highOf(heads) + bars}px`);
    scroller.style.setProperty("--row", `${Math.max(1, highOf(first))}px`);
  }

  // Over the whole window.
  enlarge() {
    this.dialog.append(this.inside);
    this.dialog.showModal();
    this.button.textContent = "Smaller";
    this.resized();
  }

  // In its column again.
  putBack() {
    this.root.prepend(this.inside);
    this.button.textContent = "Larger";
    this.resized();
  }
}
