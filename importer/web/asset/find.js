// @ts-check
// Which rows are shown, and ways to one of them: filters, "Go to row", the next problem.
import { ask } from "./fragment.js";
import { active, goTo } from "./active.js";
import { letters, reload } from "./grid.js";
import { alarm, onState, path, query, renew, say, status, view } from "./sheet.js";

const show = /** @type {HTMLSelectElement} */ (document.querySelector("[data-testid=show]"));
const find = /** @type {HTMLInputElement} */ (document.querySelector("[data-testid=find]"));
const where = /** @type {HTMLInputElement} */ (document.querySelector("[data-testid=goto]"));

/** @typedef {{found: boolean, row: number, column: string, before: number, shown: boolean}} Place */

/** Shows other rows. @param {{show?: string, kind?: string, find?: string}} other */
export async function filter(other) {
  Object.assign(view, other);
  if (other.show) view.kind = "";
  for (const option of show.options) if (option.value === "") option.remove();
  if (view.kind) show.add(new Option(show.dataset.kind ?? "", "", true, true), 0);
  else show.value = view.show;
  history.replaceState(null, "", "problems?" + query({ since: "" }));
  await renew(0);
  reload(true);
}

/** @param {Record<string, string | number>} what @returns {Promise<Place | undefined>} */
async function place(what) {
  const answer = await ask(path + "index?" + query(what));
  const body = await answer.json();
  if (answer.ok) return body;
  alarm(body.said);
  return undefined;
}

/** Goes to a row by its number. One that is not shown has all rows shown first. @param {string} row */
export async function goToRow(row) {
  alarm("");
  let at = await place({ row });
  if (!at) return;
  if (!at.shown) {
    find.value = "";
    await filter({ show: "all", kind: "", find: "" });
    status(say("shownall"));
    at = await place({ row });
  }
  if (at) await goTo(at.before, active.column);
}

/** Goes to the next or the previous problem. @param {"next" | "previous"} to */
export async function nextProblem(to) {
  const at = await place({ row: active.row, column: letters[active.column], to });
  if (at?.found) await goTo(at.before, Math.max(0, letters.indexOf(at.column)));
  else if (at) status(say("noproblem"));
}

export function startFind() {
  let wait = 0;
  show.addEventListener("change", () => { if (show.value) void filter({ show: show.value }); });
  find.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => filter({ find: find.value }), 250);
  });
  document.getElementById("filter")?.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(wait);
    void filter({ find: find.value });
  });
  document.getElementById("goto-form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void goToRow(where.value);
  });
  document.getElementById("kinds")?.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button) return;
    event.preventDefault();
    const kind = button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.kind ?? "";
    void filter({ kind, show: kind ? "" : "errors" }).then(() => refocus(button.dataset.kind));
  });
  onState((state, bulk) => { // a kind of which none is left
    if (bulk && view.kind && !state.kinds?.includes(`data-kind="${view.kind}"`) && state.kinds !== undefined) void filter({ show: "errors", kind: "" });
  });
}

/** @param {string | undefined} kind */
function refocus(kind) {
  const button = document.querySelector(`#kinds [data-kind="${CSS.escape(kind ?? "")}"]`);
  if (button instanceof HTMLElement) button.focus();
}
