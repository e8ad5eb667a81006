// @ts-check
// What the table of a sheet shows and what the program knows of it. Every edit goes through here: it is on disk before it is shown.
import { ask, fill } from "./fragment.js";

/** @typedef {{cell: string, before: string, text?: string, use?: boolean}} Edit */
/** @typedef {{rows: number, ready: number, errors: number, warnings: number, skipped: number}} Counts */
/** @typedef {{version: number, cells: number, rows?: Record<string, string>, counts: Counts, words: string, said: string, undo: number,
 *   redo: number, row?: number, since: number, checking: boolean, kinds?: string}} State */
/** @typedef {{cell: string, present: string, mine: string, said: string}} Conflict */

const grid = /** @type {HTMLTableElement} */ (document.getElementById("grid"));
const data = grid.dataset;
export const path = (data.path ?? "").replace(document.body.dataset.root ?? "", "");
const words = document.getElementById("words")?.dataset ?? {};

/** The rows that are shown. */
export const view = {
  total: Number(data.total), version: Number(data.version), since: Number(data.since),
  show: data.show ?? "", kind: data.kind ?? "", find: data.find ?? "",
};

/** A sentence of the page with values in its places.
 * @param {string} name @param {...(string | number)} values */
export function say(name, ...values) {
  return values.reduce((/** @type {string} */ text, value) => text.replace("%s", value.toLocaleString("en")), words[name] ?? "");
}

/** The query of what is shown, with more in it.
 * @param {Record<string, string | number>} [more] */
export function query(more = {}) {
  const q = new URLSearchParams();
  const all = view.kind ? { kind: view.kind } : { show: view.show };
  for (const [name, value] of Object.entries({ ...all, find: view.find, since: view.since || "", ...more })) if (value !== "") q.set(name, String(value));
  return q;
}

/** @param {string} text */
export function status(text) {
  const line = document.querySelector("[data-testid=status]");
  if (!line) return;
  line.classList.remove("visually-hidden");
  line.textContent = text;
}

/** @param {string} text */
export function alarm(text) {
  const box = document.querySelector("[data-testid=alert]");
  if (!box) return;
  box.replaceChildren();
  if (!text) return;
  const line = document.createElement("p"), strong = document.createElement("strong");
  strong.textContent = text;
  line.append(strong);
  box.append(line);
}

/** @type {Set<(state: State, bulk: boolean) => void>} */
const listeners = new Set();

/** Calls back with each new state of the sheet. @param {(state: State, bulk: boolean) => void} listener */
export function onState(listener) { listeners.add(listener); }

/** @param {State} state @param {boolean} [bulk] */
export function take(state, bulk = false) {
  if (bulk) view.since = state.since;
  view.version = state.version;
  const counts = document.getElementById("counts");
  if (counts) {
    for (const [name, n] of Object.entries(state.counts)) counts.dataset[name] = String(n);
    counts.textContent = state.words;
  }
  for (const [id, n] of /** @type {[string, number][]} */ ([["undo", state.undo], ["redo", state.redo]])) {
    const button = document.querySelector(`[data-testid=${id}]`);
    if (button instanceof HTMLButtonElement) button.disabled = n === 0;
  }
  document.getElementById("whole")?.toggleAttribute("hidden", !state.checking);
  document.getElementById("skip")?.toggleAttribute("hidden", state.counts.errors === 0);
  const kinds = document.getElementById("kinds");
  if (kinds && state.kinds !== undefined) fill(kinds, state.kinds);
  for (const listener of listeners) listener(state, bulk);
}

/** Asks how the sheet stands, and for the list of problem types. Rows that were mended stay in view; with 0 they do from now on.
 * @param {number} [from] */
export async function renew(from = view.since) {
  const answer = await ask(path + "state?" + query());
  if (!answer.ok) return;
  const state = await answer.json();
  view.since = from || state.since;
  take(state);
}

/** The edits one after the other: each is judged before the next. @type {Promise<unknown>} */
let before = Promise.resolve();

/** Sends what is to be done to the sheet. It answers false where it was not done; what is wrong is said then.
 * @param {Record<string, unknown>} what @returns {Promise<State | false>} */
export function change(what) {
  const done = before.then(() => send(what));
  before = done.catch(() => undefined);
  return done;
}

/** @param {Record<string, unknown>} what @returns {Promise<State | false>} */
async function send(what) {
  /** @type {Response} */
  let answer;
  try {
    answer = await ask(path + "edits", { method: "POST", body: JSON.stringify({ version: view.version, ...what }), headers: { "Content-Type": "application/json" } });
  } catch {
    alarm(say("lost"));
    return false;
  }
  const body = await answer.json();
  if (answer.status === 409) return settle(what, body);
  if (!answer.ok) {
    alarm(body.said);
    return false;
  }
  alarm("");
  status(body.said);
  take(body, "use-all" in what || "replace" in what);
  return body;
}

/** Asks whose text is to stand in a cell that was changed in another tab.
 * @param {Record<string, unknown>} what @param {Conflict} conflict @returns {Promise<State | false>} */
async function settle(what, conflict) {
  const dialog = document.getElementById("conflict-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  const title = dialog.querySelector("h2");
  if (title) title.textContent = conflict.said;
  dialog.returnValue = "keep";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  void renew();
  if (dialog.returnValue !== "mine") return false;
  const edits = /** @type {Edit[]} */ (what.edits ?? []);
  return send({ edits: edits.map((e) => (e.cell === conflict.cell ? { ...e, before: conflict.present } : e)) });
}
