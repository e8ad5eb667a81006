// @ts-check
// The keys of the table, as a data grid has them. The dialog that lists them has the same ones.
import { active, cell, goTo, move, turn } from "./active.js";
import { edit, empty, use } from "./edit.js";
import { letters, table } from "./grid.js";
import { change, say, status, view } from "./sheet.js";
import { nextProblem } from "./find.js";

/** @type {Record<string, () => unknown>} */
const plain = {
  ArrowUp: () => move(-1, 0), ArrowDown: () => move(1, 0), ArrowLeft: () => move(0, -1), ArrowRight: () => move(0, 1),
  Home: () => goTo(active.index, 0), End: () => goTo(active.index, letters.length - 1),
  PageUp: () => turn(-1), PageDown: () => turn(1),
  F2: () => edit(), Enter: () => edit(), Delete: () => empty(), Backspace: () => edit(""),
  F8: () => nextProblem("next"),
  Escape: leave,
};

/** @type {Record<string, () => unknown>} */
const withControl = {
  Home: () => goTo(0, 0), End: () => goTo(view.total - 1, letters.length - 1),
  z: () => change({ undo: true }), y: () => change({ redo: true }), Z: () => change({ redo: true }),
};

/** Leaves the table for what stands behind it. */
function leave() {
  const next = document.querySelector("#about button:not([tabindex='-1'])") ?? document.querySelector("[data-testid=plan]");
  if (next instanceof HTMLElement) next.focus();
  else status(say("rows", view.total));
}

/** @param {KeyboardEvent} event */
function doing(event) {
  if (event.isComposing) return undefined;
  if (event.ctrlKey || event.metaKey) return event.altKey ? undefined : withControl[event.key];
  if (event.altKey) return event.key === "Enter" ? use : undefined;
  if (event.key === "F8" && event.shiftKey) return () => nextProblem("previous");
  if (plain[event.key]) return plain[event.key];
  if ([...event.key].length === 1 && cell()) return () => edit(event.key);
  return undefined;
}

export function startKeys() {
  table.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, textarea")) return;
    const what = doing(event);
    if (!what) return;
    event.preventDefault();
    void what();
  });
}
