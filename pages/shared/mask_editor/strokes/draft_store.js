// Drafts in the browser's own database, so that neither a closed tab nor a lost server costs a stroke.
// `drafts` has one record a slice, `steps` one record a step of its history: a stroke writes two small records.
import { tabMemory } from "../messages/tab_memory.js";
import { acknowledgedRecord, draftOf, recordOf } from "./draft_record.js";
import { History } from "./history.js";

const DATABASE = "septum";
const MONTH = 30 * 24 * 3600 * 1000;

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("drafts", { keyPath: "document" });
    request.result.createObjectStore("steps", { keyPath: ["document", "number"] });
  };
  return settled(request);
}

function stepsOf(document) {
  return IDBKeyRange.bound([document, -Infinity], [document, Infinity]);
}

export class DraftStore {
  constructor() {
    // Private windows may refuse a database; then drafts live in the tab and in Septum's own store.
    this.database = Promise.resolve()
      .then(openDatabase)
      .catch(() => null);
    this.written = this.database.then((database) => database && this.forgetOld(database)).catch(() => {});
  }

  // Writes run one after the other; a failed one is made up for by the next, which holds the whole mask.
  queue(work) {
    this.written = this.written
      .then(() => this.database)
      .then((database) => database && work(database))
      .catch(() => {});
    return this.written;
  }

  save(draft, withAllSteps = false) {
    const { document, history } = draft;
    const { tab } = tabMemory();
    const record = recordOf(draft, tab);
    const last = history.first + history.steps.length - 1;
    const from = withAllSteps ? history.first : last;
    const written = history.steps.slice(from - history.first);
    const steps = written.map((step, index) => ({ ...step, document, number: from + index, own: tab }));
    return this.queue((database) => {
      const transaction = database.transaction(["drafts", "steps"], "readwrite", { durability: "relaxed" });
      transaction.objectStore("drafts").put(record);
      const kept = transaction.objectStore("steps");
      for (const step of steps) kept.put(step);
      kept.delete(IDBKeyRange.bound([document, last], [document, Infinity], true));
      kept.delete(IDBKeyRange.bound([document, -Infinity], [document, record.first], false, true));
      return finished(transaction);
    });
  }

  // Notes that the store has a draft, without touching its steps.
  acknowledge(document, revision, seq, tab) {
    return this.queue(async (database) => {
      const transaction = database.transaction("drafts", "readwrite", { durability: "relaxed" });
      const drafts = transaction.objectStore("drafts");
      const record = await settled(drafts.get(document));
      const updated = record && acknowledgedRecord(record, { revision, seq, tab });
      if (updated !== record) drafts.put(updated);
      return finished(transaction);
    });
  }

  // The draft of a slice as it was last written here, or null.
  async load(document, slice) {
    await this.written;
    const database = await this.database;
    if (!database) return null;
    try {
      const transaction = database.transaction(["drafts", "steps"]);
      const [record, steps] = await Promise.all([
        settled(transaction.objectStore("drafts").get(document)),
        settled(transaction.objectStore("steps").getAll(stepsOf(document))),
      ]);
      if (record?.fingerprint !== slice.fingerprint) return null;
      const isNext = ({ number, own }, index) => number === record.first + index && own === record.own;
      const complete = steps.every(isNext) && steps.length >= record.done; // another window may have written some
      const history = complete ? new History({ ...record, steps }) : new History();
      return draftOf(record, slice, history);
    } catch {
      return null; // an unreadable record must not keep a reader from the slice
    }
  }

  forgetOld(database) {
    const transaction = database.transaction(["drafts", "steps"], "readwrite");
    transaction.objectStore("drafts").openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      if (!cursor) return;
      const { document, seq, acknowledged, savedAt } = cursor.value;
      if (seq <= acknowledged && savedAt < Date.now() - MONTH) {
        transaction.objectStore("steps").delete(stepsOf(document));
        cursor.delete();
      }
      cursor.continue();
    };
    return finished(transaction);
  }
}
