// A dialog that the page takes away itself leaves the keys to nobody: they go back to the picture.
const DIALOG = "[data-testid=stDialog]";

export class AfterDialog {
  constructor(editor) {
    this.editor = editor;
    this.watch = new MutationObserver((changes) => this.changed(changes));
    this.watch.observe(document.body, { childList: true }); // where Streamlit puts its dialogs
  }

  destroy() {
    this.watch.disconnect();
  }

  changed(changes) {
    const isGone = changes.some(({ removedNodes }) => [...removedNodes].some((node) => node.matches?.(DIALOG)));
    const isFree = [null, document.body].includes(document.activeElement);
    if (isGone && isFree && !document.querySelector(DIALOG)) this.editor.focus();
  }
}
