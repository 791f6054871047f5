// Drafts in the browser's own database, so that neither a closed tab nor a lost server costs a stroke.
// `drafts` has one record a slice, `steps` one record a step of its history: a stroke writes two small records.
import { Draft } from "./draft.js";
import { History } from "./history.js";
import { decodeRuns, encodeRuns } from "./runs.js";

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
    const record = {
      document,
      revision: draft.revision,
      fingerprint: draft.fingerprint,
      runs: encodeRuns(draft.mask),
      seq: draft.seq,
      acknowledged: draft.acknowledged,
      seconds: draft.seconds,
      first: history.first,
      done: history.done,
      savedAt: Date.now(),
    };
    const last = history.first + history.steps.length - 1;
    const from = withAllSteps ? history.first : last;
    const written = history.steps.slice(from - history.first);
    const steps = written.map((step, index) => ({ document, number: from + index, ...step }));
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
  acknowledge(document, revision, seq) {
    return this.queue(async (database) => {
      const transaction = database.transaction("drafts", "readwrite", { durability: "relaxed" });
      const drafts = transaction.objectStore("drafts");
      const record = await settled(drafts.get(document));
      const news = record?.revision === revision && record.acknowledged < seq;
      if (news) drafts.put({ ...record, acknowledged: seq });
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
      const inOrder = steps.every((step, index) => step.number === record.first + index);
      const complete = inOrder && steps.length >= record.done;
      const history = complete ? new History({ ...record, steps }) : new History();
      const mask = decodeRuns(record.runs, slice.width * slice.height);
      return Object.assign(new Draft({ ...record, slice, mask, history }), { savedAt: record.savedAt });
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
