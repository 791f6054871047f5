// Buttons and sliders around the well. After a click each gives the focus back to the picture, so that the keys keep
// working; who came by keys stays.
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { rowOf, shownKeys } from "./keys.js";

export function button(editor, name, action, label, onclick) {
  const names = { title: label, "aria-label": label };
  const made = element("button", { type: "button", class: "button", ...names }, icon(name));
  made.dataset.action = action;
  made.addEventListener("click", (event) => {
    onclick();
    if (isByHand(event)) editor.focus();
  });
  return made;
}

// A button for a row of the table of keys, named after it and its key as it is now.
export function keyButton(editor, action, iconName = action, name = action) {
  return keyed(button(editor, iconName, name, "", () => editor.perform(action)), "", action);
}

// Marks what is to be named with the keys of these actions; nameKeys writes them.
export function keyed(made, says, ...actions) {
  made.dataset.says = says || rowOf(actions[0]).text;
  made.dataset.keys = actions.join(" ");
  return made;
}

// Tool tips and names of all that is keyed, with the keys as they are now.
export function nameKeys(root, bound) {
  for (const made of root.querySelectorAll("[data-keys]")) {
    const shown = made.dataset.keys.split(" ").map((action) => shownKeys(rowOf(action), bound));
    const name = `${made.dataset.says} (${shown.join(", ")})`;
    made.title = name;
    made.setAttribute("aria-label", name);
  }
}

export function slider(editor, label, attributes, oninput) {
  const made = element("input", { type: "range", title: label, "aria-label": label, ...attributes });
  made.addEventListener("input", () => oninput(Number(made.value)));
  made.addEventListener("pointerup", () => editor.focus());
  return made;
}

// A click that a key makes is the zeroth.
export function isByHand(click) {
  return click.detail > 0;
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
