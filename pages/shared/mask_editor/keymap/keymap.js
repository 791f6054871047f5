// The keys of this reader: a set, and what he changed in it. Values in, new values out; nothing here is shown.
import { KEYS, countsIn, keysOf, rowOf, shownKey } from "../panel/keys.js";
import { KEY_SETS } from "./presets.js";

const ALONE = ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Unidentified", "Process"];
const TOOLS_OWN = ["Enter", "Escape", "Backspace", "Delete", "Tab"]; // close, drop and take back in every tool
const BROWSERS_OWN = ["t", "n", "w", "T", "N", "W", "r", "R", "q", "l"].map((letter) => `Ctrl+${letter}`);

export function isModifier(written) {
  return ALONE.includes(written);
}

// Why a key cannot be given away, or null.
export function refusalOf(written) {
  const name = shownKey(written);
  if (TOOLS_OWN.includes(written) || isModifier(written)) return `${name} stays what it is in every tool.`;
  const isOurs = KEYS.some((row) => row.keys.includes(written)); // as F2
  if (BROWSERS_OWN.includes(written) || (/^F\d+$/.test(written) && !isOurs)) return `${name} belongs to the browser.`;
  const fixed = KEYS.find((row) => row.fixed && row.keys.includes(written));
  return fixed ? `${name} stays "${fixed.text}".` : null;
}

// The row that has a key where this row would need it, or null.
export function rivalOf(row, written, bound) {
  const meet = (other) => [true, false].some((editable) => countsIn(row, editable) && countsIn(other, editable));
  return KEYS.find((other) => other !== row && meet(other) && keysOf(other, bound).includes(written)) ?? null;
}

// All keys that differ from the table, by action; what cannot be read, or is another's by now, is left out.
export function boundKeys({ keySet, ownKeys }) {
  let bound = setKeys(keySet);
  for (const [action, keys] of Object.entries(ownOf(keySet, ownKeys))) {
    const row = rowOf(action);
    if (!row || row.fixed || !Array.isArray(keys)) continue;
    const readable = keys.filter((key) => typeof key === "string" && key && refusalOf(key) === null);
    if (readable.length < keys.length) continue;
    for (const key of readable) {
      for (let rival = rivalOf(row, key, bound); rival; rival = rivalOf(row, key, bound)) {
        bound = withKeys(bound, rival, keysOf(rival, bound).filter((each) => each !== key));
      }
    }
    bound = withKeys(bound, row, readable);
  }
  return bound;
}

export function setKeys(keySet) {
  return new Map(Object.entries((KEY_SETS[keySet] ?? KEY_SETS.septum).keys));
}

// A row with other keys. The row that had one of them gets the former ones in exchange, as far as they suit it.
export function exchanged(bound, row, keys) {
  const former = keysOf(row, bound).filter((key) => !keys.includes(key));
  let next = withKeys(bound, row, keys);
  for (const key of keys) {
    for (let rival = rivalOf(row, key, next); rival; rival = rivalOf(row, key, next)) {
      const left = keysOf(rival, next).filter((each) => !keys.includes(each));
      next = withKeys(next, rival, left);
      const gained = former.filter((each) => rivalOf(rival, each, next) === null);
      next = withKeys(next, rival, [...left, ...gained]);
    }
  }
  return next;
}

// What is to be kept of such a map: all that the set has otherwise.
export function ownKeysWith({ keySet, ownKeys }, bound) {
  const usual = setKeys(keySet);
  const changed = KEYS.filter((row) => keysOf(row, bound).join(" ") !== keysOf(row, usual).join(" "));
  return { ...ownKeys, [keySet]: Object.fromEntries(changed.map((row) => [row.action, keysOf(row, bound)])) };
}

function withKeys(bound, row, keys) {
  return new Map(bound).set(row.action, keys);
}

function ownOf(keySet, ownKeys) {
  const own = ownKeys?.[keySet];
  return own && typeof own === "object" && !Array.isArray(own) ? own : {};
}
