// @ts-check
// The details of the active cell: what is wrong, and the ways out as buttons.
import { ask, fill } from "./fragment.js";
import { activate, cell, onActive } from "./active.js";
import { change, onState, path } from "./sheet.js";

const about = /** @type {HTMLElement} */ (document.getElementById("about"));
let wanted = "", wait = 0;
/** @type {AbortController | undefined} */
let asked;

async function show() {
  asked?.abort();
  const mine = asked = new AbortController(), address = wanted;
  try {
    const answer = await ask(path + "cells/" + address, { signal: mine.signal });
    if (!answer.ok || address !== wanted) return;
    const focus = about.contains(document.activeElement);
    fill(about, await answer.text());
    if (!focus) return;
    const next = about.querySelector("[data-testid=use], [data-text]");
    if (next instanceof HTMLElement) next.focus();
  } catch { // another cell is wanted by now
  }
}

/** What a button of the details asks for. @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
function what(form, button) {
  const id = form.dataset.cell ?? "", values = new FormData(form), before = values.get("before." + id) ?? "";
  if (button?.name === "use") return { edits: [{ cell: id, before, use: true }] };
  if (button?.name === "leave-out") return { "leave-out": Number(button.value) };
  if (button?.name === "use-all") {
    const [kind, count, ...value] = button.value.split("/");
    return { "use-all": { kind, count: Number(count), value: value.join("/") } };
  }
  return { edits: [{ cell: id, before, text: values.get("cell." + id) ?? "" }] };
}

export function startAbout() {
  onActive((address) => {
    if (address === wanted) return;
    wanted = address;
    clearTimeout(wait);
    wait = setTimeout(show, 60); // so that holding an arrow down asks once
  });
  onState((state) => {
    const row = Number(wanted.replace(/^[A-Z]+/, ""));
    if (wanted && (!state.rows || Object.keys(state.rows).length !== 1 || String(row) in state.rows)) void show();
  });
  about.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    const done = await change(what(form, button));
    const td = cell();
    if (done && td && !td.closest("tr")?.contains(document.activeElement)) activate(td);
  });
}
