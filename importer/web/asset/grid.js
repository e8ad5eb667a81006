// @ts-check
// The rows of a sheet, of which only those near the window are in the document: blocks of rows between two spacers. All columns are
// there, so that a screen reader counts them right.
import { ask, fill } from "./fragment.js";
import { first, height, scaled, scrollTo, shown, table, tall, viewport } from "./scale.js";
import { onState, path, query, view } from "./sheet.js";

export { table };
/** How many nodes the rows may take, and the least and the most rows of a block. */
const NODES = 2_700, LEAST = 10, MOST = 50;

const columns = [...table.tHead?.rows[0].cells ?? []].slice(1);
/** The letters and headers of the columns. */
export const letters = columns.map((c) => c.dataset.column ?? "");
export const headers = columns.map((c) => c.querySelector("bdi")?.textContent ?? "");
const block = Math.min(MOST, Math.max(LEAST, Math.floor(NODES / 3 / (2 * columns.length + 3))));

/** @typedef {{body: HTMLTableSectionElement, full: boolean, stale: boolean, asked?: AbortController}} Block */
/** @type {Map<number, Block>} */
const blocks = new Map();
const top = spacer(), bottom = spacer();
/** Called when rows have come. @type {Set<() => void>} */
const arrivals = new Set();
/** While a cell is edited its block stays as it is. @type {() => Element | null} */
let edited = () => null;

function spacer() {
  const body = document.createElement("tbody"), row = body.insertRow();
  body.setAttribute("aria-hidden", "true");
  row.className = "spacer";
  row.insertCell().colSpan = columns.length + 1;
  return body;
}

/** @param {HTMLTableSectionElement} body @param {number} pixels */
function stretch(body, pixels) {
  body.rows[0].cells[0].style.height = `${Math.max(0, pixels)}px`;
  body.hidden = pixels <= 0;
}

/** @param {number} index */
function blockOf(index) { return Math.floor(index / block); }

/** Puts the blocks around the window into the document, and takes the others out. */
function render() {
  const at = first(), last = Math.max(0, view.total - 1);
  const from = blockOf(Math.max(0, at - block / 2)), to = blockOf(Math.min(last, at + shown() + block / 2));
  for (const [n, b] of blocks) if (n < from || n > to) drop(n, b);
  /** @type {HTMLTableSectionElement} */
  let after = top;
  for (let n = from; n <= to && view.total > 0; n++) {
    const b = blocks.get(n) ?? make(n);
    if (after.nextElementSibling !== b.body) after.after(b.body);
    if ((!b.full || b.stale) && !b.asked && !b.body.contains(edited())) void load(n, b);
    after = b.body;
  }
  const rows = Math.min(view.total, (to + 1) * block) - from * block;
  const above = scaled() ? viewport.scrollTop - (at - from * block) * height : from * block * height;
  stretch(top, above);
  stretch(bottom, tall() - Math.max(0, above) - rows * height);
}

/** @param {number} n @param {Block} b */
function drop(n, b) {
  if (b.body.contains(document.activeElement)) table.dispatchEvent(new CustomEvent("leaving"));
  b.asked?.abort();
  b.body.remove();
  blocks.delete(n);
}

/** @param {number} n */
function make(n) {
  /** @type {Block} */
  const b = { body: spacer(), full: false, stale: false };
  stretch(b.body, Math.min(block, view.total - n * block) * height);
  blocks.set(n, b);
  return b;
}

/** @param {number} n @param {Block} b */
async function load(n, b) {
  const asked = b.asked = new AbortController();
  try {
    const answer = await ask(path + "rows?" + query({ from: n * block, n: block }), { signal: asked.signal });
    if (!answer.ok || b.asked !== asked) return;
    const text = await answer.text(), total = Number(answer.headers.get("X-Total"));
    if (b.asked !== asked || b.body.contains(edited())) return;
    put(b, text);
    if (total !== view.total) resize(total);
    for (const arrived of [...arrivals]) arrived();
  } catch { // it is not wanted any more, or asked for again at the next scroll
  } finally {
    if (b.asked === asked) b.asked = undefined;
  }
}

/** @param {Block} b @param {string} text */
function put(b, text) {
  const focus = b.body.contains(document.activeElement) ? document.activeElement?.id : "";
  b.body.removeAttribute("aria-hidden");
  b.body.hidden = false;
  fill(b.body, text);
  b.full = true;
  b.stale = false;
  if (focus) table.dispatchEvent(new CustomEvent("refocus", { detail: focus }));
}

/** @param {number} total */
function resize(total) {
  view.total = total;
  table.setAttribute("aria-rowcount", String(total + 1));
  document.getElementById("empty")?.toggleAttribute("hidden", total > 0);
  render();
}

/** Reads the rows again; from the first with another filter. @param {boolean} [anew] */
export function reload(anew = false) {
  if (anew) {
    for (const [n, b] of blocks) drop(n, b);
    viewport.scrollTop = 0;
    view.total = Math.max(view.total, 1); // the answer says how many there are
  }
  for (const b of blocks.values()) {
    b.stale = true;
    b.asked?.abort();
    b.asked = undefined;
  }
  render();
}

/** Puts a row that was judged again into its place. @param {string} number @param {string} text */
export function replaceRow(number, text) {
  const old = table.querySelector(`tr[data-row="${number}"]`);
  if (!(old instanceof HTMLTableRowElement) || old.contains(edited())) return;
  const box = document.createElement("tbody");
  fill(box, text);
  const row = box.rows[0];
  row.setAttribute("aria-rowindex", old.getAttribute("aria-rowindex") ?? "");
  const focus = old.contains(document.activeElement) ? document.activeElement?.id : "";
  old.replaceWith(row);
  if (focus) table.dispatchEvent(new CustomEvent("refocus", { detail: focus }));
}

/** The row at a place among those shown, undefined while it is not in the document. @param {number} index */
export function rowAt(index) {
  const b = blocks.get(blockOf(index));
  return b?.full ? b.body.rows[index - blockOf(index) * block] : undefined;
}

/** Scrolls as little as it takes to show a row, and gives it. @param {number} index @returns {Promise<HTMLTableRowElement | undefined>} */
export async function reveal(index) {
  if (index < 0 || index >= view.total) return undefined;
  const at = first(), most = Math.floor(shown());
  let to = at;
  if (index < at) to = index;
  else if (index + 1 > at + most) to = Math.abs(index - at) < 2 * most ? index + 1 - most : index - most / 3;
  if (to !== at) {
    scrollTo(to);
    render();
  }
  for (let tries = 0; tries < 20; tries++) {
    const row = rowAt(index);
    if (row) return row;
    await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      const done = () => { arrivals.delete(done); resolve(); };
      arrivals.add(done);
      setTimeout(done, 500);
    });
    render();
  }
  return undefined;
}

/** How many rows a page has. */
export const page = () => Math.max(1, Math.floor(shown()) - 1);

/** @param {() => Element | null} editor gives the editor while one is open */
export function start(editor) {
  edited = editor;
  const cols = [...table.querySelectorAll("col")];
  cols.forEach((col, i) => { col.style.width = i === 0 ? "calc(7ch + 1rem)" : `calc(${col.dataset.width}ch + 1.6rem)`; });
  table.tBodies[0].before(top);
  const old = table.tBodies[1];
  for (let n = 0, rows = [...old.rows]; rows.length > 0; n++) {
    const b = { body: document.createElement("tbody"), full: true, stale: false };
    b.body.append(...rows.splice(0, block));
    if (b.body.rows.length < Math.min(block, view.total - n * block)) break; // a part of a block is asked for
    blocks.set(n, b);
  }
  old.replaceWith(bottom);
  let due = 0;
  viewport.addEventListener("scroll", () => { due ||= requestAnimationFrame(() => { due = 0; render(); }); }, { passive: true });
  new ResizeObserver(() => render()).observe(viewport);
  onState((state, bulk) => {
    for (const [number, text] of Object.entries(state.rows ?? {})) replaceRow(number, text);
    if (bulk) reload();
  });
  render();
}
