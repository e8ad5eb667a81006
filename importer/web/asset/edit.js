// @ts-check
// Typing into a cell. The old text stands there until the new one is on disk.
import { ask, fill } from "./fragment.js";
import { activate, active, address, cell, goTo, move, textOf } from "./active.js";
import { headers, reload, table } from "./grid.js";
import { change, path } from "./sheet.js";

/** @type {{td: HTMLTableCellElement, box: HTMLInputElement | HTMLTextAreaElement, before: string, nodes: ChildNode[]} | null} */
let open = null;

export const editor = () => open?.box ?? null;

/** The whole text of a cell, also of one that the table shows a part of. @param {HTMLTableCellElement} td */
export async function whole(td) {
  if (!("cut" in td.dataset)) return textOf(td);
  const answer = await ask(path + "cells/" + td.id);
  const box = document.createElement("template");
  if (!answer.ok) return textOf(td);
  fill(box, await answer.text());
  const field = box.content.querySelector("[data-text]");
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : textOf(td);
}

/** Opens the active cell, with a text in the place of its own where somebody just types. @param {string} [typed] */
export async function edit(typed) {
  const td = cell() ?? await goTo(active.index, active.column);
  if (!td || open) return;
  const before = await whole(td);
  const box = document.createElement(before.includes("\n") ? "textarea" : "input");
  box.value = typed ?? before;
  box.dir = "auto";
  box.autocomplete = "off";
  box.spellcheck = false;
  box.dataset.testid = "editor";
  box.setAttribute("aria-label", `${address()} ${headers[active.column]}`);
  open = { td, box, before, nodes: [...td.childNodes] };
  td.classList.add("editing");
  td.replaceChildren(box);
  box.focus({ preventScroll: true });
  if (typed === undefined) box.select();
  box.addEventListener("keydown", keys);
  box.addEventListener("blur", () => { if (open?.box === box) void close(true, 0, 0, false); });
}

/** @param {Event} event */
function keys(event) {
  const key = /** @type {KeyboardEvent} */ (event);
  key.stopPropagation();
  if (key.isComposing) return;
  const way = { Enter: key.shiftKey ? [-1, 0] : [1, 0], Tab: key.shiftKey ? [0, -1] : [0, 1], Escape: [0, 0] }[key.key];
  if (!way) return;
  key.preventDefault();
  void close(key.key !== "Escape", way[0], way[1], true);
}

/** Closes the editor, and goes on from its cell. @param {boolean} save @param {number} rows @param {number} columns @param {boolean} focus */
async function close(save, rows, columns, focus) {
  if (!open) return;
  const { td, box, before, nodes } = open, text = box.value, id = td.id;
  open = null;
  td.classList.remove("editing");
  td.replaceChildren(...nodes);
  if (focus) activate(td);
  if (focus && (rows || columns)) await move(rows, columns);
  if (!save || text === before) return;
  if (await put(id, before, text)) return;
  reload();
  const again = document.getElementById(id);
  if (!(again instanceof HTMLTableCellElement) || open) return;
  activate(again);
  await edit(text);
}

/** Saves one cell. @param {string} id @param {string} before @param {string} text */
export async function put(id, before, text) {
  const td = document.getElementById(id);
  td?.setAttribute("aria-busy", "true");
  const done = await change({ edits: [{ cell: id, before, text }] });
  td?.removeAttribute("aria-busy");
  return done;
}

/** Empties the active cell. */
export async function empty() {
  const td = cell();
  if (!td) return;
  const before = await whole(td);
  if (before) await put(td.id, before, "");
}

/** Gives the active cell what is proposed for it. */
export async function use() {
  const td = cell();
  if (td?.classList.contains("bad") || td?.classList.contains("warn")) await change({ edits: [{ cell: td.id, before: await whole(td), use: true }] });
}

export function startEdit() {
  table.addEventListener("dblclick", (event) => {
    if (/** @type {Element} */ (event.target).closest("td")?.id === address()) void edit();
  });
}
