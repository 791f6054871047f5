// Where keys lead to in a grid, and how a cell comes into sight.

// Rows and columns that a key moves on by; endless ones lead to the end.
export const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-3, 0],
  PageDown: [3, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

// The id of the slice so many rows and columns on, over empty places, the last one where there are fewer; null
// where there is none that way. `cells` are { row, column } by id.
export function slicesOn(cells, id, [rows, columns]) {
  const here = cells.get(id);
  if (!here) return null;
  const [along, across] = columns ? ["column", "row"] : ["row", "column"];
  const step = columns || rows;
  const way = [...cells]
    .filter(([, cell]) => cell[across] === here[across] && (cell[along] - here[along]) * step > 0)
    .sort(([, one], [, other]) => (one[along] - other[along]) * Math.sign(step))
    .map(([found]) => found);
  return way[Math.min(Math.abs(step), way.length) - 1] ?? null;
}

// Scrolls by the scroller's own bars, so that the page itself stays where it is. What comes into sight at the end of
// the view leaves a whole row and a whole column at its beginning.
export function bringIntoSight(scroller, table, box) {
  const { above, left: beside, rows, columns } = headingsOf(table);
  const [inner, view] = [box.getBoundingClientRect(), scroller.getBoundingClientRect()];
  const [bottom, right] = [view.top + scroller.clientHeight, view.left + scroller.clientWidth];
  const [top, left] = [view.top + above, view.left + beside];
  if (inner.top < top) scroller.scrollTop -= top - inner.top;
  else if (inner.bottom > bottom) {
    scroller.scrollTop = wholeFrom(rows, scroller.scrollTop + inner.bottom - bottom, above);
  }
  if (inner.left < left) scroller.scrollLeft -= left - inner.left;
  else if (inner.right > right) {
    scroller.scrollLeft = wholeFrom(columns, scroller.scrollLeft + inner.right - right, beside);
  }
}

// What the headings, which stay where they are, cover of a table: { above, left }, and where its rows and columns
// begin: { rows, columns }.
function headingsOf(table) {
  const [heads, ...others] = table.rows;
  const cells = [...others[0].cells].slice(1);
  return {
    above: heads.offsetHeight,
    left: heads.cells[0].offsetWidth,
    rows: others.map((row) => row.offsetTop),
    columns: cells.map((cell) => cell.offsetLeft),
  };
}

// How far to scroll, at least that far, for what comes first behind the headings to be whole.
export function wholeFrom(starts, scrolled, covered) {
  const start = starts.find((each) => each - covered >= scrolled - 1);
  return start === undefined ? scrolled : start - covered;
}
