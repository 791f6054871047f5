// Small ways to make page elements; nothing here knows what they are for.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Writing the same text again would still cost a layout, and the status line changes with every mouse move.
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
