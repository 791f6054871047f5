// Buttons and sliders around the well. Each gives the focus back to the picture, so that the keys keep working.
import { element } from "./dom.js";
import { icon } from "./icons.js";

export function button(editor, name, action, label, onclick) {
  const names = { title: label, "aria-label": label };
  const made = element("button", { type: "button", class: "button", ...names }, icon(name));
  made.dataset.action = action;
  made.addEventListener("click", () => {
    onclick();
    editor.focus();
  });
  return made;
}

export function slider(editor, label, attributes, oninput) {
  const made = element("input", { type: "range", title: label, "aria-label": label, ...attributes });
  made.addEventListener("input", () => oninput(Number(made.value)));
  made.addEventListener("change", () => editor.focus());
  return made;
}

export function caption(name) {
  return element("span", { class: "caption" }, icon(name));
}

export function swapIcon(holder, name) {
  if (holder.dataset.icon === name) return;
  holder.dataset.icon = name;
  holder.replaceChildren(icon(name));
}

export function press(switchButton, on) {
  switchButton.classList.toggle("on", on);
  switchButton.setAttribute("aria-pressed", String(on));
}
