// The table of a grid: headings and cells as they stand in the page, without what is drawn in them.

export function element(tag, properties, ...children) {
  const { role, ...others } = properties;
  const made = Object.assign(document.createElement(tag), others);
  if (role) made.setAttribute("role", role);
  made.append(...children);
  return made;
}

// Returns { rows, cells }: the rows to show, and each cell's own parts by the id of its slice.
export function makeTable(data) {
  const cells = new Map();
  const heads = data.phases.map(({ number, name }) => {
    const said = [element("span", { textContent: number }), element("b", { textContent: name })];
    return element("th", { role: "columnheader", className: name ? "named" : "" }, ...said);
  });
  const unseen = element("span", { className: "unseen", textContent: data.corner });
  const corner = element("th", { role: "columnheader", className: "corner" }, unseen);
  const rows = [element("tr", { role: "row", className: "heads" }, corner, ...heads)];
  data.rows.forEach((row, place) => {
    const words = [element("span", { textContent: row.number }), element("small", { textContent: row.end })];
    const head = element("th", { role: "rowheader", ariaLabel: row.says }, ...words);
    const made = row.cells.map((cell, column) => {
      if (!cell) return element("td", { role: "gridcell", className: "empty", ariaLabel: "no slice" });
      const parts = makeCell(cell, place, column);
      cells.set(cell.id, parts);
      return parts.box;
    });
    rows.push(element("tr", { role: "row", className: row.number ? "" : "gap" }, head, ...made));
  });
  return { rows, cells };
}

function makeCell(cell, row, column) {
  const canvas = element("canvas", {});
  const bar = element("span", { className: "bar" });
  const [mark, look] = [element("span", {}), element("span", { className: "look" })];
  const foot = element("span", { className: "foot" }, mark, look);
  const box = element("td", { role: "gridcell", id: `heart-slice-${cell.id}` }, canvas, bar, foot);
  box.dataset.slice = cell.id;
  return { box, canvas, bar, mark, look, row, column };
}
