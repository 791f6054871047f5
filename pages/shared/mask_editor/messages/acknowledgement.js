// A component without a face: tells the editor which edit the store has, and what a smart correction came to.
// It is apart from the editor, because data that changes with every stroke would carry the whole picture along
// each time.

export default function mount({ data }) {
  const name = Symbol.for("septum.acknowledged");
  window[name] ??= new Map();
  window[name].set(data.document, data);
  // An editor that is mounted later reads the map, one that is there already hears the event.
  window.dispatchEvent(new CustomEvent("septum-acknowledged", { detail: data }));
}
