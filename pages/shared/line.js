// Watches the line to the server. While it is broken a sentence says that strokes are safe; where Streamlit has given
// the line up for good, the page is loaded again as soon as the server answers. Once the line is whole again the page is
// drawn anew: another server may be at its end, or the same one begun anew, which knows nothing of this page's parts and
// would drop a message of one of them without a word. One watch lasts as long as the page.

const WATCH = Symbol.for("septum.line");
const TAKEN_UP = "septum.taken-up"; // when the page was loaded again by itself; the editor reads it, too
const PATIENCE = 1000; // ms: a line that is back by then is not worth a word
const ASK_EVERY = 1000; // ms
const MOST = 3; // loads within MINUTE; a page that breaks each time would never end
const MINUTE = 60000; // ms
const SAFE = "The line to Septum is broken. Your strokes are safe in this browser; ";
const WAITING = "the page goes on by itself as soon as the server answers.";
const GIVEN_UP = "load the page again to go on.";

export default function mount({ setTriggerValue }) {
  window[WATCH] ??= new Watch();
  window[WATCH].drawAnew = () => setTriggerValue("whole", true);
}

class Watch {
  constructor() {
    this.since = 0; // when the line broke
    this.timer = 0;
    this.message = null;
    const attributeFilter = ["data-test-connection-state"];
    new MutationObserver(() => this.look()).observe(document.body, { subtree: true, attributeFilter });
    this.look();
  }

  state() {
    return document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState ?? "CONNECTED";
  }

  look() {
    clearTimeout(this.timer);
    const state = this.state();
    if (state === "CONNECTED") return this.whole();
    document.documentElement.dataset.septumLine = "broken";
    this.since ||= performance.now();
    const left = this.since + PATIENCE - performance.now();
    if (state === "DISCONNECTED_FOREVER") this.takeUp();
    else if (left > 0) this.timer = setTimeout(() => this.look(), left);
    else this.say(SAFE + WAITING);
  }

  whole() {
    if (this.since) this.drawAnew?.();
    this.since = 0;
    delete document.documentElement.dataset.septumLine;
    this.message?.remove();
    this.message = null;
  }

  async takeUp() {
    const recent = loads().filter((when) => Date.now() - when < MINUTE);
    if (recent.length >= MOST) return this.say(SAFE + GIVEN_UP);
    this.say(SAFE + WAITING);
    if (await answers()) {
      sessionStorage.setItem(TAKEN_UP, JSON.stringify([...recent, Date.now()]));
      location.reload();
    } else this.timer = setTimeout(() => this.look(), ASK_EVERY);
  }

  say(text) {
    if (!this.message) {
      this.message = document.createElement("div");
      this.message.setAttribute("role", "alert");
      this.message.className = "septum-line";
      document.body.append(this.message);
    }
    if (this.message.textContent !== text) this.message.textContent = text;
  }
}

function loads() {
  try {
    return JSON.parse(sessionStorage.getItem(TAKEN_UP) ?? "[]");
  } catch {
    return [];
  }
}

async function answers() {
  try {
    return (await fetch(new URL("_stcore/health", location.href), { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
