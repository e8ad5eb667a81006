// @ts-check
// How the places of rows and the scroll bar go together. All rows have one height, else jumps would be guesses.
import { view } from "./sheet.js";

/** Past so many rows the scroll bar is scaled: an element taller than about 17 million pixels is cut by some browsers. */
const TALL = 400_000;

export const table = /** @type {HTMLTableElement} */ (document.getElementById("grid"));
export const viewport = /** @type {HTMLElement} */ (document.getElementById("viewport"));
const headHeight = table.tHead?.offsetHeight ?? 32;
/** The height of a row in pixels. */
export const height = table.tBodies[0]?.rows[0]?.offsetHeight || 32;

/** How many rows the window holds, with parts of one. */
export const shown = () => Math.max(1, (viewport.clientHeight - headHeight) / height);
/** Reports whether a pixel of the scroll bar is more than a pixel of the rows. */
export const scaled = () => view.total > TALL;
/** How tall all rows are in the window. */
export const tall = () => Math.min(view.total, TALL) * height;

/** The place of the row at the top of the window. */
export function first() {
  if (!scaled()) return viewport.scrollTop / height;
  const way = tall() - shown() * height;
  return way <= 0 ? 0 : Math.min(1, viewport.scrollTop / way) * (view.total - shown());
}

/** Scrolls so that a row is at the top of the window. @param {number} index */
export function scrollTo(index) {
  viewport.scrollTop = scaled() ? index / (view.total - shown()) * (tall() - shown() * height) : index * height;
}
