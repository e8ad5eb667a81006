// @ts-check
// Copying a cell, and pasting cells from a spreadsheet: lines with tabs between the cells.
import { active, address, cell } from "./active.js";
import { whole } from "./edit.js";
import { letters, reveal, table } from "./grid.js";
import { alarm, change, say, status, view } from "./sheet.js";

/** How many cells may be pasted at once: what one form takes. */
const MOST = 20_000;

/** Cells of the text that Excel and LibreOffice put on the clipboard: a cell with tabs, quotes or line breaks stands in quotes, and the
 * last line break ends the last row. @param {string} text @returns {string[][]} */
export function parse(text) {
  text = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  /** @type {string[][]} */
  const rows = [[]];
  for (let at = 0; at <= text.length;) {
    const row = rows[rows.length - 1];
    let end = at, value = "";
    const quoted = text[at] === '"' ? /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(text.slice(at)) : null;
    if (quoted) {
      value = quoted[1].replaceAll('""', '"');
      end = at + quoted[0].length;
    } else {
      while (end < text.length && text[end] !== "\t" && text[end] !== "\n") end++;
      value = text.slice(at, end);
    }
    row.push(value);
    if (text[end] === "\n") rows.push([]);
    at = end + 1;
  }
  return rows;
}

/** @param {string} text */
async function paste(text) {
  const rows = parse(text), wide = Math.max(...rows.map((r) => r.length));
  if (rows.length * wide > MOST) return alarm(say("pasteLarge", MOST));
  const tall = Math.min(rows.length, view.total - active.index), across = Math.min(wide, letters.length - active.column);
  const edits = [], start = active.index;
  let last = address();
  for (let r = 0; r < tall; r++) {
    const row = await reveal(start + r);
    for (let c = 0; c < Math.min(rows[r].length, across); c++) {
      const td = row?.cells[active.column + c + 1];
      if (!td) continue;
      edits.push({ cell: td.id, before: await whole(td), text: rows[r][c] });
      last = td.id;
    }
  }
  await reveal(start);
  if (edits.length === 0 || edits.length > 1 && !await agreed(tall, across, `${address()}:${last}`, tall < rows.length || across < wide)) return;
  await change({ edits });
}

/** Asks before several cells are pasted over. @param {number} rows @param {number} columns @param {string} area @param {boolean} less */
async function agreed(rows, columns, area, less) {
  const dialog = document.getElementById("paste-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  const title = dialog.querySelector("h2"), more = dialog.querySelector("[data-first]");
  if (title) title.textContent = [rows, columns, area].reduce((/** @type {string} */ t, v) => t.replace("%s", String(v)), title.dataset.text ?? "");
  if (more) more.textContent = less ? say("pasteOver") : "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  cell()?.focus();
  return dialog.returnValue === "go";
}

export function startPaste() {
  const mine = () => document.activeElement instanceof HTMLTableCellElement && table.contains(document.activeElement);
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain");
    if (!mine() || !text) return;
    event.preventDefault();
    void paste(text);
  });
  document.addEventListener("copy", (event) => {
    const td = cell();
    if (!mine() || !td || !event.clipboardData || !getSelection()?.isCollapsed) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", td.firstChild instanceof Text ? td.firstChild.data : "");
    status(say("copied", td.id));
  });
}
