// The strip over the picture while phases play: which one it is, how fast they go, and a way to stop.
import { HEARTS_PACE, PACES } from "./beat.js";
import { button } from "../panel/controls.js";
import { element, setText } from "../panel/dom.js";

export class CinePanel {
  constructor(editor) {
    this.editor = editor;
    this.text = element("span", { class: "cine-text" });
    const paces = PACES.map((pace) => element("option", { value: pace }, `${pace} a second`));
    this.asTheHeart = element("option", { value: HEARTS_PACE }, "as the heart beat");
    this.pace = element("select", { "aria-label": "Pace" }, ...paces, this.asTheHeart);
    this.pace.dataset.action = "pace";
    this.pace.addEventListener("change", () => {
      editor.setPreference("pace", this.pace.value);
      editor.focus();
    });
    const role = { class: "floating options cine", role: "group", "aria-label": "Cine", hidden: true };
    const stop = button(editor, "stop", "cine-stop", "Stop at this phase", () => editor.perform("cine"));
    this.root = element("div", role, stop, this.text, this.pace);
    editor.well.append(this.root);
  }

  show(text, phaseMs) {
    this.root.hidden = false;
    this.asTheHeart.disabled = !phaseMs;
    const { pace } = this.editor.preferences;
    this.pace.value = pace === HEARTS_PACE && !phaseMs ? "25" : pace;
    this.tell(text);
  }

  tell(text) {
    setText(this.text, text);
  }

  hide() {
    if (this.root.contains(this.root.getRootNode().activeElement)) this.editor.focus();
    this.root.hidden = true;
  }
}
