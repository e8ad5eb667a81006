// @ts-check
// The cell that the keys go to. It is the table's one stop of the Tab key; while it is out of the document the table itself is.
import { letters, page, reveal, rowAt, table } from "./grid.js";
import { view } from "./sheet.js";

/** Where it is: the place of its row among those shown, its row's number, and the place of its column. */
export const active = { index: 0, row: 0, column: 0 };

/** @type {((address: string) => void)[]} */
const watchers = [];
/** Calls back with the address of each cell that becomes active. @param {(address: string) => void} watcher */
export function onActive(watcher) { watchers.push(watcher); }

export const address = () => letters[active.column] + active.row;

/** The active cell, null while it is out of the document. @returns {HTMLTableCellElement | null} */
export function cell() {
  const found = active.row ? document.getElementById(address()) : null;
  return found instanceof HTMLTableCellElement ? found : null;
}

/** What a cell holds; its reason stands behind it. @param {Element} td */
export function textOf(td) {
  const first = td.firstChild;
  return first instanceof Text ? first.data : "";
}

/** @param {HTMLTableCellElement} td @param {boolean} [focus] */
export function activate(td, focus = true) {
  const row = /** @type {HTMLTableRowElement} */ (td.parentElement);
  cell()?.classList.remove("active");
  table.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
  active.index = Number(row.getAttribute("aria-rowindex")) - 2;
  active.row = Number(row.dataset.row);
  active.column = td.cellIndex - 1;
  td.tabIndex = 0;
  td.classList.add("active");
  table.tabIndex = -1;
  if (focus) {
    td.focus({ preventScroll: true });
    inView(td);
  }
  for (const watcher of watchers) watcher(address());
}

/** Scrolls sideways so far that a cell is not behind the row numbers. @param {HTMLTableCellElement} td */
function inView(td) {
  const box = table.parentElement, head = /** @type {HTMLElement} */ (td.parentElement?.firstElementChild);
  if (!box || !head) return;
  const left = td.offsetLeft - head.offsetWidth, right = td.offsetLeft + td.offsetWidth - box.clientWidth;
  if (box.scrollLeft > left) box.scrollLeft = left;
  else if (box.scrollLeft < right) box.scrollLeft = Math.min(left, right);
}

/** Goes to a cell by the place of its row among those shown. @param {number} index @param {number} column */
export async function goTo(index, column) {
  index = Math.min(Math.max(index, 0), view.total - 1);
  column = Math.min(Math.max(column, 0), letters.length - 1);
  const row = await reveal(index);
  const td = row?.cells[column + 1];
  if (td) activate(td);
  return td;
}

/** @param {number} rows @param {number} columns */
export function move(rows, columns) { return goTo(active.index + rows, active.column + columns); }

/** @param {number} pages */
export function turn(pages) { return goTo(active.index + pages * page(), active.column); }

/** Keeps the focus in the table when its cell leaves the document or is drawn again. */
export function startActive() {
  table.addEventListener("leaving", () => {
    table.tabIndex = 0;
    table.focus({ preventScroll: true });
  });
  table.addEventListener("refocus", (event) => {
    const td = document.getElementById(/** @type {CustomEvent<string>} */ (event).detail);
    if (td instanceof HTMLTableCellElement) activate(td);
    else void goTo(active.index, active.column);
  });
  table.addEventListener("focusin", (event) => {
    if (event.target !== table) return;
    const td = cell() ?? rowAt(active.index)?.cells[active.column + 1] ?? rowAt(0)?.cells[1];
    if (td && !active.row) activate(td);
  });
  table.addEventListener("mousedown", (event) => {
    const td = /** @type {Element} */ (event.target).closest("td");
    if (td instanceof HTMLTableCellElement && td.id && !td.classList.contains("editing")) {
      event.preventDefault();
      activate(td);
    }
  });
}
