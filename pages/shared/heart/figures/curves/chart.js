// Volumes over the beat: a pointer or the arrows read a phase off, a click or Enter takes it.
const HEIGHT = 190;
const MARGIN = { left: 36, right: 14, top: 18, bottom: 36 };
const PHASE_WIDTH = 24; // CSS pixels that the number of a phase takes
const CHARTS = new WeakMap(); // root -> VolumeCurves

class VolumeCurves {
  constructor(root) {
    root.innerHTML =
      '<div class="head"><span class="title"></span><span class="keys" aria-hidden="true"></span></div>' +
      '<div class="plot" tabindex="0" role="application"></div><p role="status"></p>';
    this.plot = root.querySelector(".plot");
    this.title = root.querySelector(".title");
    this.keys = root.querySelector(".keys");
    this.status = root.querySelector("p");
    this.plot.setAttribute(
      "aria-label",
      "Volumes over the beat. Arrows lead from phase to phase and read the volumes; Enter takes the phase for ED or ES."
    );
    this.looked = null; // the phase that is read off
    this.plot.addEventListener("pointermove", (event) => this.look(this.phaseAt(event)));
    this.plot.addEventListener("pointerleave", () => this.look(null));
    this.plot.addEventListener("blur", () => this.look(null));
    this.plot.addEventListener("click", (event) => this.take(this.phaseAt(event)));
    this.plot.addEventListener("keydown", (event) => this.pressed(event));
    new ResizeObserver(() => this.draw()).observe(root);
  }

  receive(data, send) {
    this.data = data;
    this.send = send;
    if (this.looked >= data.n_phases) this.looked = null;
    this.title.textContent = data.title;
    this.keys.innerHTML = data.lines
      .map(({ name, colour }, row) => {
        const line = `<path class="curve" stroke="${colour}" d="M0 5H22"/>${mark(11, 5, row, colour)}`;
        return `<span><svg viewBox="0 0 22 10">${line}</svg>${name}</span>`;
      })
      .join("");
    this.draw();
  }

  x(phase) {
    const room = this.width - MARGIN.left - MARGIN.right;
    return MARGIN.left + (phase * room) / Math.max(1, this.data.n_phases - 1);
  }

  y(ml) {
    const { step_ml: step, n_steps: steps } = this.data;
    return HEIGHT - MARGIN.bottom - (ml * (HEIGHT - MARGIN.top - MARGIN.bottom)) / (step * steps);
  }

  phaseAt(event) {
    const share = (event.clientX - this.plot.getBoundingClientRect().left - this.x(0)) / (this.x(1) - this.x(0));
    return Math.min(this.data.n_phases - 1, Math.max(0, Math.round(share)));
  }

  look(phase) {
    if (phase === this.looked) return;
    this.looked = phase;
    this.draw();
  }

  take(phase) {
    this.look(phase);
    this.send("phase", phase);
  }

  pressed(event) {
    const last = this.data.n_phases - 1;
    const from = this.looked ?? this.data.open;
    const steps = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last };
    if (event.key in steps) this.look(Math.min(last, Math.max(0, steps[event.key])));
    else if (event.key === "Enter" || event.key === " ") this.take(from);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  draw() {
    if (!this.data) return;
    this.width = this.plot.clientWidth;
    if (!this.width) return; // hidden: it is drawn when it has a place
    const parts = [...this.axes(), ...this.moments()];
    if (this.looked !== null) parts.push(this.upright("looked", this.looked));
    this.data.lines.forEach((line, row) => parts.push(this.curve(line), this.marks(line, row)));
    this.plot.innerHTML =
      `<svg viewBox="0 0 ${this.width} ${HEIGHT}" height="${HEIGHT}" aria-hidden="true">${parts.join("")}</svg>`;
    this.status.textContent = this.looked === null ? this.data.note : this.words(this.looked);
  }

  axes() {
    const { step_ml: step, n_steps: steps, n_phases: count, open } = this.data;
    const [left, right, low] = [MARGIN.left, this.width - MARGIN.right, HEIGHT - MARGIN.bottom];
    const parts = [word(left - 6, MARGIN.top - 6, "ml", "end")];
    for (let tick = 0; tick <= steps; tick += 1) {
      const y = this.y(tick * step);
      parts.push(`<path class="grid" d="M${left} ${y}H${right}"/>`, word(left - 6, y + 4, tick * step, "end"));
    }
    const every = Math.ceil((count * PHASE_WIDTH) / (right - left));
    for (let phase = 0; phase < count; phase += every) parts.push(word(this.x(phase), low + 18, phase + 1, "middle"));
    const x = this.x(open); // the slice that is open
    parts.push(`<path class="here" d="M${x} ${low + 1}l4 6h-8z"/>`);
    parts.push(word((left + right) / 2, HEIGHT - 3, "Phase", "middle"));
    return parts;
  }

  moments() {
    return this.data.moments.map(({ name, phase }) => {
      const anchor = phase > this.data.n_phases / 2 ? "end" : "start";
      const x = this.x(phase) + (anchor === "end" ? -3 : 3);
      return this.upright("moment", phase) + word(x, MARGIN.top - 6, name, anchor);
    });
  }

  upright(kind, phase) {
    return `<path class="${kind}" d="M${this.x(phase)} ${MARGIN.top - 14}V${HEIGHT - MARGIN.bottom}"/>`;
  }

  // A phase that is not whole breaks the line.
  curve({ ml, colour }) {
    const places = ml.map((volume, phase) => {
      if (volume === null) return "";
      return `${phase > 0 && ml[phase - 1] !== null ? "L" : "M"}${this.x(phase)} ${this.y(volume)}`;
    });
    return `<path class="curve" stroke="${colour}" d="${places.join("")}"/>`;
  }

  marks({ ml, colour }, row) {
    const places = ml.map((volume, phase) => (volume === null ? "" : mark(this.x(phase), this.y(volume), row, colour)));
    return places.join("");
  }

  words(phase) {
    const said = this.data.lines.map(({ name, ml }) => {
      return ml[phase] === null ? `${name} not whole` : `${name} ${Math.round(ml[phase])} ml`;
    });
    return `Phase ${phase + 1}: ${said.join(", ")}`;
  }
}

// The lines differ in their marks too, not in colour alone.
function mark(x, y, row, colour) {
  if (row % 2) return `<rect x="${x - 3}" y="${y - 3}" width="6" height="6" fill="${colour}"/>`;
  return `<circle cx="${x}" cy="${y}" r="3.4" fill="${colour}"/>`;
}

function word(x, y, text, anchor) {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".volume-curves");
  if (!CHARTS.has(root)) CHARTS.set(root, new VolumeCurves(root));
  CHARTS.get(root).receive(data, setTriggerValue);
}
