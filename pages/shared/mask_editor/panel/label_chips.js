// A chip for each label: choose it, show or hide it, lock it against painting; and the Protect switch.
import { button, isByHand, keyButton, keyed, press, swapIcon } from "./controls.js";
import { element, setText } from "./dom.js";
import { keysOf, rowOf, shownKey } from "./keys.js";

export class LabelChips {
  constructor(editor, labels) {
    this.editor = editor;
    this.chips = new Map();
    this.root = element("div", { class: "group chips", role: "group", "aria-label": "Labels" });
    for (const entry of labels) {
      if (entry.label || editor.editable) this.root.append(this.build(entry));
    }
    if (!editor.editable) return;
    this.protect = keyButton(editor, "protect");
    this.root.append(this.protect);
  }

  build({ label, name, short, colour }) {
    const { editor } = this;
    const purpose = editor.editable ? "Draw" : "Show or hide";
    const action = `${editor.editable ? "label" : "toggleLabel"}:${label}`;
    const key = element("kbd", {});
    const choose = element(
      "button",
      { type: "button", class: "chip-main" },
      key,
      element("span", { class: "swatch" }),
      label ? element("span", { class: "chip-name" }, short) : null,
    );
    keyed(choose, `${purpose} ${name}`, action);
    choose.dataset.action = `label-${label}`;
    choose.addEventListener("click", (event) => {
      if (editor.editable) editor.chooseLabel(label);
      else editor.toggleLabel(label);
      if (isByHand(event)) editor.focus();
    });
    const root = element("div", { class: "chip", style: `--label: ${colour}` }, choose);
    const parts = { root, choose, key, row: rowOf(action) };
    if (label) {
      const text = `Show or hide ${name}`;
      parts.eye = button(editor, "shown", `eye-${label}`, text, () => editor.toggleLabel(label));
      root.append(parts.eye);
    }
    if (label && editor.editable) {
      const text = `Lock ${name}: untouched while Protect is on`;
      parts.lock = button(editor, "locked", `lock-${label}`, text, () => editor.toggleLock(label));
      root.append(parts.lock);
    }
    this.chips.set(label, parts);
    return root;
  }

  nameKeys(bound) {
    for (const { key, row } of this.chips.values()) setText(key, keysOf(row, bound).map(shownKey)[0] ?? "");
  }

  refresh() {
    const { editable, preferences } = this.editor;
    for (const [label, { root, choose, eye, lock }] of this.chips) {
      const hidden = preferences.hidden.includes(label);
      root.classList.toggle("chosen", editable && preferences.label === label);
      root.classList.toggle("unseen", hidden);
      choose.setAttribute("aria-pressed", String(editable ? preferences.label === label : !hidden));
      if (eye) swapIcon(eye, hidden ? "hidden" : "shown");
      eye?.setAttribute("aria-pressed", String(!hidden));
      if (!lock) continue;
      const locked = preferences.locked.includes(label);
      swapIcon(lock, locked ? "locked" : "unlocked");
      lock.setAttribute("aria-pressed", String(locked));
      lock.classList.toggle("idle", !preferences.protect);
      lock.classList.toggle("on", preferences.protect && locked);
    }
    if (this.protect) press(this.protect, preferences.protect);
  }
}
