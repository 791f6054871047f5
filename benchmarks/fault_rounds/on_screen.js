// Tells Python at each trusted Enter in the editor, and each trusted click on Approve, what every editor and every
// canvas that is drawn then shows: read from the canvases themselves, and not from what the editor knows.
// N_SLICES and WIDTH stand before this.
const [ROW, FIRST, APART] = [3, 4, 8]; // of the blocks that tell the pictures apart
const APPROVE = ".st-key-approve button, [class*='st-key-approve-over-'] button";
const isDrawn = (each) => each.getClientRects().length && each.checkVisibility({ opacityProperty: true });
const inside = (name) => [...document.querySelectorAll("*")].flatMap(
  (each) => (each.shadowRoot ? [...each.shadowRoot.querySelectorAll(name)] : [])).filter(isDrawn);
const brightest = (grey) => grey.indexOf(Math.max(...grey));
const bytes = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
const words = (canvas) => new Uint32Array(bytes(canvas).buffer);

function ofEditor(root) {
  const { view, slice, hiding, tool } = root.parentElement.editor;
  const { width, height } = slice;
  const { picture, labels, nativeLabels, palette, ratio, zoom, panX, panY } = view;
  const at = (canvas, column, row) => Math.floor(((row + 0.5) * zoom + panY) * ratio) * canvas.width
    + Math.floor(((column + 0.5) * zoom + panX) * ratio);
  const [seen, behind] = [words(labels), words(picture)];
  const said = (word) => Math.max(0, palette.indexOf(word));
  const shown = Array.from({ length: width * height },
    (_, index) => said(seen[at(labels, index % width, Math.floor(index / width))]));
  const marks = Array.from({ length: N_SLICES }, (_, mark) => FIRST + APART * mark);
  const unfinished = Boolean(hiding || tool?.pending); // where one can only look there is no tool
  const seenNow = { place: brightest(marks.map((mark) => behind[at(picture, mark, ROW)] & 255)), mask: shown.join("") };
  if (!view.frame) return [{ ...seenNow, unfinished }];
  // A frame is about to be drawn: nobody can tell it from the one before.
  const native = words(view.nativePicture);
  const next = brightest(marks.map((mark) => native[ROW * width + mark] & 255));
  const mask = Array.from(words(nativeLabels), said).join("");
  return [{ ...seenNow, unfinished }, { place: next, mask, unfinished }];
}

function ofCanvas(canvas) {
  const behind = canvas.getRootNode().querySelector(".dc-background-canvas");
  const grey = Array.from({ length: N_SLICES }, (_, mark) => {
    const scale = behind.width / WIDTH;
    const [x, y] = [FIRST + APART * mark + 0.5, ROW + 0.5].map((each) => Math.floor(each * scale));
    return behind.getContext("2d").getImageData(x, y, 1, 1).data[0];
  });
  return { place: brightest(grey), width: canvas.width, lines: btoa(
    Array.from(bytes(canvas), (value) => String.fromCharCode(value)).join("")) };
}

function note(how) {
  window.septumDecided({ how, editors: inside(".editor").filter((root) => root.parentElement.editor.slice)
    .flatMap(ofEditor), canvases: inside("canvas.dc-canvas.lower-canvas").map(ofCanvas) });
}

window.addEventListener("keydown", (event) => {
  const within = event.composedPath().some((each) => each.classList?.contains("editor"));
  if (event.isTrusted && event.key === "Enter" && within) note("Enter");
}, true);
window.addEventListener("click", (event) => {
  if (event.isTrusted && event.target.closest?.(APPROVE)) note("Approve");
}, true);
