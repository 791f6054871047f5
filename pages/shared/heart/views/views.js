// ED and ES side by side, below them the long axis in both directions. Strokes on a slice that is seen here are heard
// of from the editor; the page is then asked for the pictures anew once the hand rests.
import { unpackViews } from "./message.js";
import { LongAxisPicture } from "./long_axis.js";
import { element } from "./planes.js";
import { ShortAxisPicture } from "./short_axis.js";

const SHOWN_VIEWS = new WeakMap();
const HAND_RESTS = 300; // ms

export class Views {
  constructor(root) {
    this.root = root;
    this.at = [0, 0];
    this.heard = ""; // the newest state of the strokes on the open slice
    this.shortAxes = [new ShortAxisPicture(this), new ShortAxisPicture(this)];
    this.longAxes = [new LongAxisPicture(this), new LongAxisPicture(this)];
    this.moments = element("div", { className: "moments" });
    this.moments.setAttribute("role", "group");
    this.moments.ariaLabel = "Phase of the long axis";
    this.notes = element("p", { className: "notes" });
    const head = element("div", { className: "head" }, element("span", { textContent: "Long axis" }), this.moments);
    const pair = (name, pictures) => element("div", { className: `pair ${name}` }, ...pictures.map((each) => each.root));
    root.append(pair("short", this.shortAxes), head, pair("long", this.longAxes), this.notes);
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(root);
    this.listener = (event) => this.hear(event.detail);
    window.addEventListener("septum-acknowledged", this.listener);
  }

  destroy() {
    clearTimeout(this.timer);
    this.resizing.disconnect();
    window.removeEventListener("septum-acknowledged", this.listener);
  }

  receive(data, send) {
    this.send = send;
    if (data === this.data) return this.draw(); // another theme
    this.data = data;
    const { header, plane } = unpackViews(data);
    this.header = header;
    this.at = header.at;
    header.pictures.forEach((picture, index) => this.shortAxes[index].show(picture, plane));
    header.cuts.forEach((cut, index) => this.longAxes[index].show(cut, plane));
    this.showMoments();
    this.notes.textContent = header.notes.join(" ");
    this.notes.hidden = !header.notes.length;
    this.draw();
  }

  showMoments() {
    const { moments, moment } = this.header;
    const focused = this.moments.getRootNode().activeElement?.dataset?.moment;
    const made = moments.map(({ key, title, known }) => {
      const button = element("button", { type: "button", textContent: title, disabled: !known });
      button.dataset.moment = key;
      button.ariaPressed = String(key === moment);
      button.title = known ? "" : `${title} is not known yet`;
      button.addEventListener("click", () => this.send("moment", key));
      return button;
    });
    this.moments.replaceChildren(...made);
    made.find((button) => button.dataset.moment === focused)?.focus();
  }

  draw() {
    if (!this.header || !this.root.clientWidth) return;
    for (const picture of [...this.shortAxes, ...this.longAxes]) picture.draw();
  }

  isOpen(slice) {
    const { places, pictures, moment } = this.header;
    return moment === "open" && places.some((place) => place.open && place.slice === slice) && pictures.length > 0;
  }

  open(slice) {
    if (slice) this.send("open", slice);
  }

  // ---- where the long axis is cut

  moveCut([row, column]) {
    const [top, left, bottom, right] = this.header.box;
    const within = (value, size) => Math.min(size - 1, Math.max(0, value));
    this.at = [within(row, bottom - top), within(column, right - left)];
    for (const picture of this.shortAxes) picture.draw();
  }

  cutSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.cutAt(this.at), HAND_RESTS);
  }

  cutAt([row, column]) {
    const [top, left] = this.header.box;
    const [before, beside] = this.header.at;
    if (row !== before || column !== beside) this.send("at", [row + top, column + left]);
  }

  cutInTheMiddle() {
    this.send("at", "middle");
  }

  // ---- strokes

  hear({ document, revision, tab, seq }) {
    const state = `${document} ${revision} ${tab} ${seq}`;
    const sameSlice = this.heard.startsWith(`${document} ${revision} `);
    const isNews = sameSlice && state !== this.heard && this.header?.documents.includes(document);
    this.heard = state;
    if (!isNews) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send("heard", state), HAND_RESTS);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".views");
  if (!SHOWN_VIEWS.has(root)) SHOWN_VIEWS.set(root, new Views(root));
  const views = SHOWN_VIEWS.get(root);
  root.views = views; // for whoever looks in with the developer tools, and for the tests
  views.receive(data, setTriggerValue);
  return () => {
    views.destroy();
    SHOWN_VIEWS.delete(root);
  };
}
