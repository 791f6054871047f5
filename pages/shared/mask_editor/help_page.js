// The page of keys that `?` opens, made from the table of keys.
import { button } from "./controls.js";
import { element } from "./dom.js";
import { KEYS, shownKeys } from "./keys.js";

export function helpPage(editor) {
  const rows = KEYS.filter((row) => (editor.editable ? !row.viewing : !row.editing)).map((row) =>
    element("div", { class: "help-row" }, element("kbd", {}, shownKeys(row)), element("span", {}, row.text)),
  );
  const close = button(editor, "close", "close-help", "Close (Esc)", () => editor.perform("help"));
  return element(
    "div",
    { class: "help", hidden: true, role: "dialog", "aria-label": "Keys" },
    element("div", { class: "help-head" }, element("strong", {}, "Keys"), close),
    element("div", { class: "help-rows" }, ...rows),
  );
}
