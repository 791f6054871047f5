// The tool bar's own line icons, drawn on a 24 x 24 grid in the colour of the text.

const SHAPES = {
  brush: "M4 20c3 0 5-1 5-4M9 16l8.500-11.500a1.800 1.800 0 0 1 2.800 2.200L12 18.500a2.500 2.500 0 0 1-3-2.500z",
  erase: "M9 19h11M6 17l-2-2 9.500-9.500 6 6L13.500 17.500 9 19zM9 10l6 6",
  threshold: "M3 19h18M4.500 18.500C8.500 18.500 9 6 12 6s3.500 12.500 7.500 12.500M9 19v-6M15 19v-6",
  polygon: "M12 4l8 6-3 9H7l-3-9zM12 4v.01M20 10v.01M17 19v.01M7 19v.01M4 10v.01",
  lasso: "M7 15c-5-3-3-10 5-10 6 0 9 3 8 6-1 4-8 6-12 4.500M8 15.500a1.500 1.500 0 1 1-2 1.500c0 2 1 3 3 3",
  rectangle: "M4 6h16v12H4z",
  fill: "M5 12l7-7 7 7-7 7zM9 8l-2.500-2.500M5 12h14M20.500 16c1 1.500 1 3 0 3s-1-1.500 0-3",
  component: "M12 3v18M3 12h18M9.500 5.500L12 3l2.500 2.500M9.500 18.500L12 21l2.500-2.500M5.500 9.500L3 12l2.500 2.500M18.500 9.500L21 12l-2.500 2.500",
  smart: "M5 19L15 9M13 7l4 4M18 3v4M16 5h4M20 12v3M18.500 13.500h3M8 4v3M6.500 5.500h3",
  contour: "M12 4.500c6 0 8 3.500 8 7.500s-3 7.500-8 7.500-8-3.500-8-7.500 2-7.500 8-7.500zM10.500 3h3v3h-3zM18.500 10.500h3v3h-3zM10.500 18h3v3h-3zM2.500 10.500h3v3h-3z",
  holes: "M12 4a8 8 0 1 0 .01 0M12 9a3 3 0 1 0 .01 0M12 11v2M11 12h2",
  smooth: "M3 14c3 0 3-6 6-6s3 8 6 8 3-5 6-5",
  grow: "M12 8a4 4 0 1 0 .01 0M12 5V2M12 22v-3M5 12H2M22 12h-3",
  shrink: "M12 9a3 3 0 1 0 .01 0M12 2v4M10.500 4.500L12 6l1.500-1.500M12 22v-4M10.500 19.500L12 18l1.500 1.500M2 12h4M4.500 10.500L6 12l-1.500 1.500M22 12h-4M19.500 10.500L18 12l1.500 1.500",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  undo: "M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4",
  redo: "M16 5l4 4-4 4M20 9H10a5 5 0 0 0 0 10h4",
  protect: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  locked: "M7 11V8a5 5 0 0 1 10 0v3M5.500 11h13v9h-13z",
  unlocked: "M7 11V8a5 5 0 0 1 9.500-2M5.500 11h13v9h-13z",
  shown: "M2.500 12c4-8 15-8 19 0-4 8-15 8-19 0zM12 9a3 3 0 1 0 .01 0",
  hidden: "M4 4l16 16M9.500 6.500c5-1.500 9.500 1 12 5.500-.8 1.500-1.800 2.800-3 3.800M6 8c-1.500 1-2.700 2.400-3.500 4 3 5.500 8.500 7.200 13 5",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z",
  outline: "M12 4c6 0 8 4 8 8s-3 8-8 8-8-3-8-8 2-8 8-8z",
  smoothing: "M4 4h5v5H4zM9 9h6v6H9zM15 15h5v5h-5z",
  confidence: "M4 19V5M4 19h16M8 16v-4M12 16V8M16 16v-6",
  difference: "M9 5a7 7 0 1 0 .01 0M15 5a7 7 0 1 0 .01 0",
  opacity: "M12 4a8 8 0 1 0 .01 0M12 4v16M12 8h6.500M12 12h8M12 16h6.500",
  measure: "M4 16L16 4l4 4L8 20zM7 13l2 2M10 10l2.500 2.500M13 7l2 2",
  line: "M5 19L19 5M5 19h.01M19 5h.01",
  ellipse: "M12 6c6 0 9 3 9 6s-3 6-9 6-9-3-9-6 3-6 9-6z",
  crosshair: "M12 3v6M12 15v6M3 12h6M15 12h6M12 12v.01",
  pointer: "M6 4l5 15 2.500-6 6-2.500z",
  help: "M12 3a9 9 0 1 0 .01 0M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.400-1 .9-1 1.700M12 16.500v.01",
  close: "M6 6l12 12M18 6L6 18",
  round: "M12 6a6 6 0 1 0 .01 0",
  square: "M6 6h12v12H6z",
  turn: "M19.500 12a7.500 7.500 0 1 1-2.500-5.600M20 3v4.500h-4.500M12 9v3.500l2.500 1.500",
  cine: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  check: "M5 12.500l4.500 4.500L19 7.500",
};

const NAMESPACE = "http://www.w3.org/2000/svg";

export function icon(name) {
  const drawing = document.createElementNS(NAMESPACE, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", SHAPES[name]);
  drawing.append(path);
  return drawing;
}
