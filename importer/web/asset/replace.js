// @ts-check
// Replacing a text in a column. The button says how many cells it will change.
import { ask } from "./fragment.js";
import { active, address, cell } from "./active.js";
import { whole } from "./edit.js";
import { letters } from "./grid.js";
import { change, path } from "./sheet.js";

export function startReplace() {
  const dialog = document.getElementById("replace-dialog");
  const form = dialog?.querySelector("form");
  const button = dialog?.querySelector("[data-testid=replace-go]");
  const fault = dialog?.querySelector("[data-fault]");
  if (!(dialog instanceof HTMLDialogElement) || !form || !(button instanceof HTMLButtonElement)) return;
  let count = 0, wait = 0, turn = 0;
  const asked = () => {
    const v = new FormData(form);
    return { column: String(v.get("column")), find: String(v.get("find")), with: String(v.get("with")), whole: v.has("whole") };
  };
  const tell = (/** @type {number} */ n, /** @type {string} */ wrong) => {
    count = n;
    button.textContent = ((n === 1 ? button.dataset.single : button.dataset.several) ?? "").replace("%s", n.toLocaleString("en"));
    button.disabled = n === 0;
    if (fault) fault.textContent = wrong;
  };
  const look = async () => {
    const mine = ++turn, what = asked();
    if (!what.find && !what.whole) return tell(0, "");
    const answer = await ask(path + "replace?" + new URLSearchParams({ column: what.column, find: what.find, with: what.with, ...(what.whole ? { whole: "1" } : {}) }));
    const body = await answer.json();
    if (mine === turn) tell(answer.ok ? body.n : 0, answer.ok ? "" : body.said);
  };
  form.addEventListener("input", () => {
    button.disabled = true; // until the number is right again
    clearTimeout(wait);
    wait = setTimeout(look, 150);
  });
  document.getElementById("replace-form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const td = cell();
    form.reset();
    if (td) {
      const column = form.elements.namedItem("column"), find = form.elements.namedItem("find");
      if (column instanceof HTMLSelectElement) column.value = letters[active.column];
      if (find instanceof HTMLInputElement) find.value = await whole(td);
    }
    tell(0, "");
    dialog.returnValue = "cancel";
    dialog.showModal();
    void look();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "go" && count > 0) void change({ replace: { ...asked(), count } });
    if (address()) cell()?.focus();
  });
}
