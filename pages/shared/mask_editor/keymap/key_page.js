// The page of keys that `?` opens, made from the table of keys: whose keys they are, and each of them changed here.
import { POINTER_KEYS } from "../by_keys/pointer_keys.js";
import { button } from "../panel/controls.js";
import { element, setText } from "../panel/dom.js";
import { KEYS, countsIn, keysOf, shownKey, shownKeys, writtenKey } from "../panel/keys.js";
import { exchanged, isModifier, ownKeysWith, refusalOf, rivalOf, setKeys } from "./keymap.js";
import { KEY_SETS } from "./presets.js";

const WHEELS = { slice: "turns the slices, with Ctrl it zooms", zoom: "zooms, with Ctrl it turns the slices" };
const HINT = "Choose a line to give it another key. Grey ones stay; so do Enter, Esc, Backspace and Delete in the tools.";

export class KeyPage {
  constructor(editor) {
    this.editor = editor;
    this.row = null; // that waits for its new key
    this.lines = new Map();
    const close = button(editor, "close", "close-help", "Close (Esc)", () => this.close());
    this.said = element("span", { role: "status", "aria-live": "polite" });
    this.answers = element("span", { class: "help-answers" });
    this.sets = this.choice("Keys of", "key-set", titlesOf(KEY_SETS), (keySet) =>
      this.change({ keySet, wheel: KEY_SETS[keySet].wheel }, `The keys are those of ${KEY_SETS[keySet].title}.`),
    );
    this.wheel = this.choice("The wheel", "wheel", WHEELS, (wheel) => this.change({ wheel }, `The wheel ${WHEELS[wheel]}.`));
    const resetAll = this.plain("Reset all keys", "reset-keys", () => this.resetAll());
    const lines = KEYS.filter((row) => countsIn(row, editor.editable)).map((row) => this.line(row));
    if (editor.editable) lines.push(...pointerLines());
    this.root = element(
      "div",
      { class: "help", hidden: true, role: "dialog", "aria-modal": "true", "aria-label": "Keys" },
      element("div", { class: "help-head" }, element("strong", {}, "Keys"), close),
      element("div", { class: "help-choices" }, this.sets.label, this.wheel.label, resetAll),
      element("div", { class: "help-said" }, this.said, this.answers),
      element("div", { class: "help-rows" }, ...lines),
    );
  }

  choice(text, action, titles, chosen) {
    const options = Object.entries(titles).map(([value, title]) => element("option", { value }, title));
    const select = element("select", { onchange: () => chosen(select.value) }, ...options);
    select.dataset.action = action;
    return { select, label: element("label", {}, element("span", {}, text), select) };
  }

  plain(text, action, onclick) {
    const made = element("button", { type: "button", class: "help-plain", onclick }, text);
    made.dataset.action = action;
    return made;
  }

  line(row) {
    const key = element("kbd", {});
    const parts = [key, element("span", {}, row.text)];
    if (row.fixed) {
      this.lines.set(row, { key });
      return element("div", { class: "help-row" }, element("div", { class: "help-key fixed" }, ...parts));
    }
    const change = element("button", { type: "button", class: "help-key", onclick: () => this.ask(row) }, ...parts);
    change.dataset.action = `key-${row.action}`;
    const names = { title: "Back to the usual key", "aria-label": `${row.text}: back to the usual key` };
    const back = element("button", { type: "button", class: "help-back", ...names, onclick: () => this.reset(row) }, "↺");
    this.lines.set(row, { key, change, back });
    return element("div", { class: "help-row" }, change, back);
  }

  get isOpen() {
    return !this.root.hidden;
  }

  open() {
    this.row = null;
    this.root.hidden = false;
    this.refresh();
    this.say(HINT);
    this.root.querySelector("button").focus({ preventScroll: true });
  }

  close() {
    this.row = null;
    this.root.hidden = true;
    this.editor.focus();
  }

  refresh() {
    const { boundKeys, preferences } = this.editor;
    const usual = setKeys(preferences.keySet);
    this.sets.select.value = preferences.keySet;
    this.wheel.select.value = preferences.wheel;
    for (const [row, { key, change, back }] of this.lines) {
      const waits = row === this.row;
      setText(key, waits ? "press …" : shownKeys(row, boundKeys));
      change?.classList.toggle("on", waits);
      if (back) back.hidden = keysOf(row, boundKeys).join(" ") === keysOf(row, usual).join(" ");
    }
  }

  say(text, ...answers) {
    setText(this.said, text);
    this.answers.replaceChildren(...answers);
  }

  // ---- keys while the page is open: none of them reaches the picture

  read(event) {
    event.stopPropagation();
    if (this.row && event.key !== "Tab") return this.take(event);
    if (event.key === "Escape" || event.key === "?" || event.key === "F1") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") this.keepInside(event);
  }

  keepInside(event) {
    this.row = null;
    const stops = [...this.root.querySelectorAll("button, select")].filter((each) => each.offsetParent !== null);
    const at = stops.indexOf(this.root.getRootNode().activeElement);
    const next = at < 0 ? 0 : (at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length;
    event.preventDefault();
    stops[next].focus();
    this.refresh();
  }

  ask(row) {
    this.row = row;
    this.refresh();
    this.say(`Press the new key for "${row.text}". Esc leaves it as it is.`);
  }

  take(event) {
    event.preventDefault();
    if (event.key === "Escape") return this.done("Nothing was changed.");
    if (isModifier(event.key)) return; // the key itself follows
    const written = writtenKey(event);
    if (written === null) return this.say("Keys with Alt belong to the browser. Press another one.");
    const refusal = refusalOf(written);
    if (refusal) return this.say(`${refusal} Press another one.`);
    this.propose(this.row, [written]);
  }

  // Gives a row its keys, and asks first where another row has one of them.
  propose(row, keys) {
    const { boundKeys } = this.editor;
    const key = keys.find((each) => rivalOf(row, each, boundKeys));
    const give = (said) => this.give(exchanged(boundKeys, row, keys), row, said);
    if (!key) return give(`"${row.text}" is on ${keys.map(shownKey).join(" or ")} now.`);
    const rival = rivalOf(row, key, boundKeys);
    this.row = null;
    this.refresh();
    const swap = this.plain("Swap", "swap-keys", () => give(`"${row.text}" and "${rival.text}" have swapped their keys.`));
    const cancel = this.plain("Cancel", "keep-keys", () => this.done("Nothing was changed.", row));
    this.say(`${shownKey(key)} is already used for "${rival.text}".`, swap, cancel);
    swap.focus();
  }

  give(bound, row, said) {
    this.editor.changeKeys({ ownKeys: ownKeysWith(this.editor.preferences, bound) });
    this.done(said, row);
  }

  reset(row) {
    this.propose(row, keysOf(row, setKeys(this.editor.preferences.keySet)));
  }

  resetAll() {
    const { keySet, ownKeys } = this.editor.preferences;
    this.change({ ownKeys: { ...ownKeys, [keySet]: {} } }, `All keys are those of ${KEY_SETS[keySet].title} again.`);
  }

  change(preferences, said) {
    this.editor.changeKeys(preferences);
    this.row = null;
    this.refresh();
    this.say(said);
  }

  done(said, row = this.row) {
    this.row = null;
    this.refresh();
    this.say(said);
    this.lines.get(row)?.change?.focus();
  }
}

function pointerLines() {
  const lines = POINTER_KEYS.map(([keys, text]) => {
    const parts = [element("kbd", {}, keys), element("span", {}, text)];
    return element("div", { class: "help-row" }, element("div", { class: "help-key fixed" }, ...parts));
  });
  return [element("strong", { class: "help-part" }, "Keyboard pointer"), ...lines];
}

function titlesOf(sets) {
  return Object.fromEntries(Object.entries(sets).map(([name, { title }]) => [name, title]));
}
