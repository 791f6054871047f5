// Two windows of one reader on one slice, a store, and another reader who saves now and then, driven by a seeded
// random hand. Messages are late. Given { seed, nSteps }; the answer is the first mask that an approval would take
// although the window shows another one, or null, and how many approvals were possible.
import { Draft, Stroke } from "./strokes/draft.js";
import { acknowledgedRecord, draftOf, isLost, recordOf } from "./strokes/draft_record.js";
import { History } from "./strokes/history.js";

const [WIDTH, HEIGHT] = [2, 1]; // few masks, so that one comes back often
const SLICE = { width: WIDTH, height: HEIGHT, fingerprint: "" };
const NONE = { tab: "", seq: 0 };
let state = given.seed;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const below = (n) => Math.floor(random() * n);
const isSame = (one, other) => one.tab === other.tab && one.seq === other.seq;

// ---- the store, as core.store.masks.drafts and publishing have it

const store = { versions: new Map([[1, new Uint8Array(WIDTH * HEIGHT)]]), newest: 1, draft: null, clock: 0 };

function view() {
  const { draft, newest } = store;
  const parent = draft ? draft.parent : newest;
  const strokes = draft ? { tab: draft.tab, seq: draft.seq } : NONE;
  const mask = (draft ? draft.mask : store.versions.get(newest)).slice();
  return { parent, strokes, newest, mask };
}

function isSeen({ parent, strokes }) {
  const now = view();
  return now.parent === parent && isSame(now.strokes, strokes);
}

function saveDraft(parent, { tab, seq, since, mask }) {
  const { draft } = store;
  if (draft) {
    const mine = draft.parent === parent && draft.tab === tab;
    if (mine && draft.seq >= seq) return true;
    if (!mine && (draft.parent !== parent || !isSame(draft, since))) return false;
  }
  store.draft = { parent, tab, seq, mask };
  return true;
}

function publish(mask) {
  store.newest += 1;
  store.versions.set(store.newest, mask);
}

// ---- a window: its session on the server, and the editor in the browser

class Window {
  constructor(name, database) {
    this.name = name;
    this.database = database;
    this.discards = 0;
    this.seen = null; // of the session
    this.opened = null; // by its last run
    this.envelope = null;
    this.toServer = [];
    this.toBrowser = [];
    this.draft = null;
    this.run();
    this.toBrowser = [];
    this.mount();
  }

  run(discards = false) {
    const now = view();
    const before = this.seen ?? now;
    const isChanged = before.parent !== now.parent || !isSame(before.strokes, now.strokes);
    if (discards || isChanged) this.discards = ++store.clock;
    this.opened = now;
    this.seen = now;
    const shown = { ...now.strokes, acknowledged: now.strokes.seq, mask: now.mask, seconds: 0 };
    const key = `${now.parent} ${this.discards}`;
    if (this.envelope?.key !== key) this.envelope = { key, data: { ...shown, revision: now.parent, discards: this.discards } };
    this.toBrowser.push({ data: this.envelope.data });
  }

  mount() {
    const { data } = this.envelope;
    const seen = { tab: data.tab, seq: data.acknowledged };
    const mask = data.mask.slice();
    this.draft = new Draft({ ...data, document: "a", slice: SLICE, mask, seq: data.acknowledged, seen });
    const record = this.database.record && draftOf(this.database.record, SLICE, this.database.history);
    if (record) {
      const same = record.mask.every((label, index) => label === data.mask[index]);
      if (same) record.settle(data);
      else if (!isLost(record, data)) record.adopt(data);
      if (same || !isLost(record, data)) this.draft = record; // else the reader is asked
    }
    this.draft.discards = data.discards;
    this.stroke = null;
  }

  hear(message) {
    const { draft } = this;
    if (message.data) {
      draft.meet(message.data, this.name);
      draft.discards = message.data.discards;
      draft.sent = draft.acknowledged;
      this.keep();
      this.post();
      return;
    }
    const { revision, tab, seq } = message.acknowledged;
    if (draft.revision !== revision || seq <= draft.acknowledged || (tab && tab !== this.name)) return;
    draft.acknowledged = Math.min(seq, draft.seq);
    draft.see(tab, seq);
    draft.sent = Math.max(draft.sent, draft.acknowledged);
    const { record } = this.database;
    if (record) this.database.record = acknowledgedRecord(record, message.acknowledged);
  }

  keep() {
    const { first, steps, done } = this.draft.history;
    this.database.record = recordOf(this.draft, this.name);
    this.database.history = new History({ first, steps: [...steps], done });
  }

  post() {
    const { draft } = this;
    if (draft.seq <= draft.sent) return;
    draft.sent = draft.seq;
    const since = { tab: draft.seen.tab, seq: draft.seen.seq };
    this.toServer.push({ revision: draft.revision, tab: this.name, seq: draft.seq, since, mask: draft.numbered().slice() });
  }

  serve(edit) {
    if (edit.revision === this.opened.parent) {
      if (!saveDraft(edit.revision, edit)) return this.run(true);
      this.seen = { parent: this.opened.parent, strokes: { tab: edit.tab, seq: edit.seq }, newest: this.seen.newest };
    }
    this.toBrowser.push({ acknowledged: { revision: this.opened.parent, ...this.seen.strokes } });
  }

  claim() {
    return this.draft.stored ? this.draft.seen : { tab: this.name, seq: this.draft.seq };
  }

  // Whether the store would take an approval that is given now.
  mayApprove() {
    const { draft, seen } = this;
    if (draft.underway || draft.revision !== seen.parent || !isSame(this.claim(), seen.strokes)) return false;
    return isSeen(seen) && store.newest === seen.parent;
  }

  shows(mask) {
    return this.draft.mask.every((label, index) => label === mask[index]);
  }

  act(name) {
    const { draft } = this;
    if (name === "begin") {
      this.stroke = new Stroke(draft, { label: below(2) });
      this.stroke.put(below(WIDTH * HEIGHT));
    } else if (name === "end" || name === "cancel") {
      if (this.stroke?.[name === "end" ? "commit" : "cancel"]()) this.changed();
      this.stroke = null;
    } else if (name === "undo" || name === "redo") {
      if (!draft.underway && draft[name]()) this.changed();
    } else if (name === "again") {
      if (!draft.stored) draft.sent = draft.acknowledged;
      this.post();
    } else if (name === "run") this.run();
    else if (name === "remount") this.toBrowser.push({ data: this.envelope.data });
    else if (name === "reload") {
      this.name += "'"; // another tab for the store
      this.toServer = [];
      this.run();
      this.toBrowser = [];
      this.mount();
    } else if (name === "discard" && isSeen(this.seen)) {
      store.draft = null;
      this.seen = null;
      this.run(true);
    } else if (name === "save" && isSeen(this.seen) && store.newest === this.seen.parent && store.draft) {
      publish(store.draft.mask);
      store.draft = null;
      this.seen = { parent: store.newest, strokes: NONE, newest: store.newest };
      this.run();
    } else if (name === "keep mine" && store.draft && isSeen(this.seen) && store.newest === this.seen.newest) {
      store.draft.parent = store.newest;
      this.seen = null;
      this.run();
    }
  }

  changed() {
    this.keep();
    if (random() < 0.7) this.post();
  }
}

const WEIGHTS = {
  begin: 6, end: 12, cancel: 2, undo: 4, redo: 2, again: 6, run: 16, remount: 2, reload: 1, discard: 2, save: 2, "keep mine": 6,
};
const ACTS = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array(weight).fill(name));
const database = { record: null };
const windows = [new Window("one", database), new Window("two", given.shared ? database : { record: null })];
const log = [];
let answer = { unseen: null, possible: 0 };
for (let step = 0; step < given.nSteps && !answer.unseen; step++) {
  const one = windows[below(2)];
  const kind = random();
  if (kind < 0.35 && one.toServer.length) {
    log.push(`${one.name} serves ${JSON.stringify(one.toServer[0])}`);
    one.serve(one.toServer.shift());
  } else if (kind < 0.7 && one.toBrowser.length) {
    log.push(`${one.name} hears ${JSON.stringify(one.toBrowser[0])}`);
    one.hear(one.toBrowser.shift());
  } else if (kind < 0.7005) {
    log.push("bob saves");
    publish(new Uint8Array(WIDTH * HEIGHT).fill(below(2)));
  } else {
    const name = ACTS[below(ACTS.length)];
    log.push(`${one.name} ${name}`);
    one.act(name);
  }
  for (const each of windows) {
    if (!each.mayApprove()) continue;
    answer.possible += 1;
    const { mask } = view();
    if (!each.shows(mask)) answer.unseen = { step, window: each.name, shown: [...each.draft.mask], stored: [...mask], log: log.slice(-14) };
  }
}
