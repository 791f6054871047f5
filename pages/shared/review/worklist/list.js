// The list of slices: a listbox whose mark is moved by keys as in a mail program. To have the focus opens
// nothing; Enter and a click do. After Enter the focus stays in the list; a click gives it to the picture.
const LISTS = new WeakMap();
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export class SliceList {
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.marked = 0;
    this.head = element("div", { className: "head", ariaHidden: "true" });
    this.list = element("div", { className: "list", role: "listbox", tabIndex: 0 });
    const words = element("dl", {});
    this.words = words;
    this.legend = element("details", { className: "legend" }, element("summary", { textContent: "Legend" }), words);
    root.append(this.head, this.list, this.legend);
    this.list.addEventListener("keydown", (event) => this.keyDown(event));
    // Without this the list would take the focus, and the keys would not be the picture's afterwards.
    this.list.addEventListener("mousedown", (event) => event.target.closest(".row") && event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.openAt(this.options.indexOf(row));
    });
  }

  receive(data, send) {
    this.send = send;
    const shown = JSON.stringify(data);
    if (shown === this.shown) return;
    this.shown = shown;
    const before = this.data;
    this.data = data;
    const columns = [...(data.by_heart ? [] : ["Patient"]), "Slice", "Phase", "Look"];
    this.root.classList.toggle("named", !data.by_heart);
    this.head.replaceChildren(element("span", {}), ...columns.map((name) => element("span", { textContent: name })));
    this.list.style.height = `${data.height}px`;
    this.list.ariaLabel = data.label;
    this.list.replaceChildren(...data.rows.flatMap((row) => this.drawn(row)));
    this.options = [...this.list.querySelectorAll(".row")];
    this.words.replaceChildren(
      ...data.legend.flatMap(([sign, meaning]) => [
        element("dt", { textContent: sign }),
        element("dd", { textContent: meaning }),
      ]),
    );
    const open = data.rows.findIndex((row) => row.id === data.open);
    const marked = before?.rows[this.marked]?.id;
    const again = before && before.open === data.open ? data.rows.findIndex((row) => row.id === marked) : open;
    const isNew = !before || before.open !== data.open || before.label !== data.label;
    this.mark(Math.max(0, again), isNew);
  }

  drawn(row) {
    const cells = [row.mark, ...(this.data.by_heart ? [] : [row.patient]), row.slice, row.phase, row.look];
    const drawn = element(
      "div",
      { className: "row", role: "option", id: `slice-${row.id}`, ariaLabel: row.says, title: row.says },
      ...cells.map((words) => element("span", { textContent: words })),
    );
    drawn.ariaSelected = String(row.id === this.data.open);
    if (!row.heading) return [drawn];
    const heading = { className: "heart", role: "presentation", textContent: row.heading, title: row.heading };
    return [element("div", heading), drawn];
  }

  mark(index, inSight) {
    this.options[this.marked]?.classList.remove("marked");
    this.marked = index;
    const row = this.options[index];
    if (!row) return;
    row.classList.add("marked");
    this.list.setAttribute("aria-activedescendant", row.id);
    if (inSight) this.bringIntoSight(row);
  }

  // By the list's own scroll bar: the page itself stays where it is. A sticky heading may cover a row.
  bringIntoSight(row) {
    const { scrollTop, clientHeight } = this.list;
    const above = row.offsetTop - 2 * row.offsetHeight;
    if (above < scrollTop) this.list.scrollTop = above;
    else if (row.offsetTop + row.offsetHeight > scrollTop + clientHeight) {
      this.list.scrollTop = row.offsetTop - clientHeight / 2;
    }
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // Streamlit would rerun on `r` and clear its caches on `c`
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.openAt(this.marked);
    } else if (event.key in STEPS) {
      event.preventDefault();
      const last = this.options.length - 1;
      this.mark(Math.min(last, Math.max(0, this.marked + STEPS[event.key])), true);
    }
  }

  openAt(index) {
    const row = this.data.rows[index];
    if (!row) return;
    this.mark(index, true);
    if (row.id !== this.data.open) this.send("open", row.id);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".queue");
  if (!LISTS.has(root)) LISTS.set(root, new SliceList(root, setTriggerValue));
  LISTS.get(root).receive(data, setTriggerValue);
}
