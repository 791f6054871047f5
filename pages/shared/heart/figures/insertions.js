// A small picture on which two places are marked, by clicks or with arrows and Enter.
const NAMES = ["anterior", "inferior"];
const STEP = 0.01; // of the picture
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PICTURES = new WeakMap(); // root -> InsertionPicture

class InsertionPicture {
  constructor(root) {
    root.innerHTML =
      '<div class="place" tabindex="0" role="application"><img alt=""><svg viewBox="0 0 100 100" ' +
      'preserveAspectRatio="none" aria-hidden="true"></svg></div><p role="status"></p>';
    this.place = root.querySelector(".place");
    this.picture = root.querySelector("img");
    this.marksShown = root.querySelector("svg");
    this.status = root.querySelector("p");
    this.place.setAttribute(
      "aria-label",
      "Picture of the slice. Arrows move the cross, with Shift further; Enter marks the anterior insertion, " +
        "then the inferior one."
    );
    this.cross = [0.5, 0.5];
    this.marks = [];
    this.place.addEventListener("click", (event) => this.clicked(event));
    this.place.addEventListener("keydown", (event) => this.pressed(event));
  }

  receive(data, send) {
    this.send = send;
    const told = JSON.stringify([data.picture.length, data.marks]);
    if (told !== this.told) this.marks = data.marks.map((mark) => [...mark]);
    this.told = told;
    if (this.picture.src !== data.picture) this.picture.src = data.picture;
    this.draw();
  }

  clicked(event) {
    const box = this.place.getBoundingClientRect();
    this.cross = [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
    this.mark();
  }

  pressed(event) {
    const way = ARROWS[event.key];
    if (way) {
      const far = event.shiftKey ? 10 * STEP : STEP;
      this.cross = this.cross.map((place, axis) => inside(place + far * way[axis]));
    } else if (event.key === "Enter" || event.key === " ") this.mark();
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }

  mark() {
    if (this.marks.length === NAMES.length) this.marks = [];
    this.marks.push([...this.cross]);
    this.draw();
    if (this.marks.length === NAMES.length) this.send("marks", this.marks);
  }

  draw() {
    const cross = (place, letter) => {
      const [x, y] = place.map((share) => (100 * share).toFixed(2));
      const lines = `M${x - 4} ${y}H${+x + 4}M${x} ${y - 4}V${+y + 4}`;
      const word = letter ? `<text x="${+x + 3}" y="${y - 2}">${letter}</text>` : "";
      return `<path class="${letter ? "mark" : "cross"}" d="${lines}"/>${word}`;
    };
    this.marksShown.innerHTML =
      this.marks.map((place, index) => cross(place, NAMES[index][0].toUpperCase())).join("") + cross(this.cross, "");
    const next = NAMES[this.marks.length];
    this.status.textContent = next ? `Next: the ${next} insertion` : "Both are marked; a click begins anew";
  }
}

function inside(share) {
  return Math.min(1, Math.max(0, share));
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".insertions");
  if (!PICTURES.has(root)) PICTURES.set(root, new InsertionPicture(root));
  PICTURES.get(root).receive(data, setTriggerValue);
}
