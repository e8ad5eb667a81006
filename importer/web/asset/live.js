// @ts-check
// What goes on with a run, live. The stream is open only while somebody looks; each connect begins with all there is to know. When the
// activity ends, the screen is asked for again: the program knows which one comes next.

const run = document.body.dataset.run;
const root = document.body.dataset.root ?? "/";
/** After so long without a word the stream is stale, in milliseconds: two beats and a bit. */
const STALE = 35_000;

/** @typedef {{doing: string, title?: string, state: string, words: string, pace: string, done: number, total: number, revision: number,
 *   lines?: {n: number, at: string, person: string, status: string, words: string}[]}} Snapshot */

/** @type {EventSource | undefined} */
let stream;
let beat = 0, doing = "";

/** @param {string} name @returns {HTMLElement | null} */
const live = (name) => document.querySelector(`[data-live="${name}"]`);

/** @param {Snapshot} now */
function show(now) {
  beat = Date.now();
  if (doing && now.doing !== doing || !now.doing && now.state !== "running") return location.reload();
  doing = now.doing;
  const title = document.querySelector("h1");
  if (title && now.title && title.textContent !== now.title) title.textContent = now.title;
  const words = live("words"), pace = live("pace"), bar = live("bar"), log = live("log");
  if (words) words.textContent = now.words;
  if (pace) pace.textContent = now.pace;
  if (bar instanceof HTMLProgressElement && now.total) {
    bar.max = now.total;
    bar.value = now.done;
  }
  for (const line of log ? now.lines ?? [] : []) if (!log?.querySelector(`[data-n="${line.n}"]`)) log?.prepend(entry(line));
  while (log && log.children.length > 50) log.lastElementChild?.remove();
}

/** @param {NonNullable<Snapshot["lines"]>[number]} line */
function entry(line) {
  const item = document.createElement("li");
  item.className = line.status;
  item.dataset.n = String(line.n);
  for (const [tag, text] of [["time", line.at], ["bdi", line.person], ["span", line.words]]) {
    const part = document.createElement(tag);
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

function open() {
  stream?.close();
  stream = undefined;
  if (document.visibilityState !== "visible") return;
  beat = Date.now();
  live("log")?.replaceChildren();
  stream = new EventSource(`${root}events?run=${run}`);
  stream.addEventListener("snapshot", (event) => show(JSON.parse(event.data)));
}

if (run && "live" in document.body.dataset) {
  document.addEventListener("visibilitychange", open);
  setInterval(() => { if (stream && Date.now() - beat > STALE) open(); }, 5_000);
  addEventListener("pagehide", () => stream?.close());
  open();
}

/** While another process is in the way, what was asked for is tried again by itself, in milliseconds. */
const RETRY = 5_000;
const retry = document.querySelector("form[data-retry]");
if (retry instanceof HTMLFormElement) setTimeout(() => retry.requestSubmit(), RETRY);
