// @ts-check
// The table of a sheet with its problems. Without scripts the list of forms does the same.
import { startAbout } from "./about.js";
import { startActive } from "./active.js";
import { editor, startEdit } from "./edit.js";
import { startFind } from "./find.js";
import { reload, start } from "./grid.js";
import { startKeys } from "./keys.js";
import { startPaste } from "./paste.js";
import { startReplace } from "./replace.js";
import { change, onState, renew, status, view } from "./sheet.js";

start(editor);
startActive();
startEdit();
startKeys();
startPaste();
startFind();
startAbout();
startReplace();

for (const what of ["undo", "redo"]) {
  const button = document.querySelector(`[data-testid=${what}]`);
  button?.closest("form")?.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    void change({ [what]: true }).then(() => reload());
  });
}

const keys = document.getElementById("keys-dialog");
document.getElementById("keys")?.addEventListener("click", () => { if (keys instanceof HTMLDialogElement) keys.showModal(); });

// The list of problem types follows a moment after an edit: it is one look at the whole sheet.
let kinds = 0;
onState((state, bulk) => {
  if (state.kinds !== undefined) return;
  clearTimeout(kinds);
  kinds = setTimeout(renew, bulk ? 0 : 120);
});

/** What happens elsewhere: in another tab, or when the whole sheet was looked at again. @type {EventSource | undefined} */
let stream;
function listen() {
  stream?.close();
  stream = undefined;
  if (document.visibilityState !== "visible") return;
  stream = new EventSource(`${document.body.dataset.root}events?run=${document.body.dataset.run}`);
  stream.addEventListener("snapshot", (event) => {
    const now = JSON.parse(event.data);
    if (now.doing === "planning") return location.reload(); // in another tab: another screen comes next
    if (now.revision === view.version) return;
    void renew().then(() => reload());
  });
}
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => stream?.close());
listen();

// Said once, after the heading has had the focus.
const counts = document.getElementById("counts")?.textContent ?? "", line = document.querySelector("[data-testid=status]");
setTimeout(() => {
  if (line?.textContent) return;
  status(counts);
  line?.classList.add("visually-hidden"); // it stands below already
}, 400);
document.getElementById("grid")?.setAttribute("data-ready", ""); // the keys are heard from now on
