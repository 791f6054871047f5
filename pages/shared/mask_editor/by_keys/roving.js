// A toolbar is one stop of the Tab key: arrows go on inside it, Home and End to its ends, Escape to the picture.
const STOPS = "button, input";
const STOP_WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Roving {
  constructor(editor, root) {
    this.editor = editor;
    this.root = root;
    root.addEventListener("keydown", (event) => this.keyDown(event));
    root.addEventListener("focusin", (event) => this.stopAt(event.target.closest(STOPS)));
    this.refresh();
  }

  // The Tab key must find something: what can be pressed no more is no stop.
  refresh() {
    const stops = this.stops();
    if (!stops.includes(this.current)) this.stopAt(stops[0]);
  }

  stops() {
    return [...this.root.querySelectorAll(STOPS)].filter((stop) => !stop.disabled);
  }

  stopAt(chosen) {
    if (!chosen) return;
    this.current = chosen;
    for (const stop of this.root.querySelectorAll(STOPS)) stop.tabIndex = stop === chosen ? 0 : -1;
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isSlider = event.target.type === "range"; // up and down, Home and End turn it
    if (isSlider && ["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return event.stopPropagation();
    const stops = this.stops();
    const at = stops.indexOf(event.target);
    if (event.key in STOP_WAYS) stops.at((at + STOP_WAYS[event.key]) % stops.length).focus();
    else if (event.key === "Home") stops[0].focus();
    else if (event.key === "End") stops[stops.length - 1].focus();
    else if (event.key === "Escape") this.editor.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
