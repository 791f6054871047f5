// The entry that Streamlit calls: one viewer or editor for each place where the component is mounted.
import { MaskEditor } from "./mask_editor.js";
import { unpack } from "./messages/packing.js";
import { Viewer } from "./viewer.js";

const EDITORS = new WeakMap();

export default function mount(component) {
  const parent = component.parentElement.querySelector(".septum-editor");
  let editor = EDITORS.get(parent);
  if (!editor) {
    const { options } = unpack(component.data);
    editor = options.editable ? new MaskEditor(parent, options) : new Viewer(parent, options);
    EDITORS.set(parent, editor);
    parent.editor = editor; // for whoever looks in with the developer tools, and for the tests
  }
  editor.receive(component);
  return () => {
    editor.destroy();
    EDITORS.delete(parent);
  };
}
