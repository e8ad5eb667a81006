// @ts-check
// Questions before something is sent. Without scripts the program asks them on a screen of its own.

const dialog = document.getElementById("confirm");
const form = document.querySelector("form[data-send]");
if (dialog instanceof HTMLDialogElement && form instanceof HTMLFormElement) {
  const inner = dialog.querySelector("form");
  const no = dialog.querySelector("[data-close]");
  const ask = () => {
    inner?.querySelector("input[name=pilot]")?.remove();
    const pilot = form.querySelector("input[name=pilot]");
    if (pilot instanceof HTMLInputElement && pilot.checked && inner) {
      const copy = document.createElement("input");
      copy.type = "hidden";
      copy.name = "pilot";
      copy.value = "1";
      inner.append(copy);
    }
    const n = form.querySelector("input[name=pilot-n]"), to = inner?.querySelector("[data-copy=pilot-n]");
    if (n instanceof HTMLInputElement && to instanceof HTMLInputElement) to.value = n.value;
    dialog.close();
    dialog.showModal();
    if (no instanceof HTMLElement) no.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  no?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  if (dialog.open) ask();
}

for (const box of document.querySelectorAll("details[data-dialog]")) {
  if (!(box instanceof HTMLDetailsElement)) continue;
  const close = () => {
    box.open = false;
    box.querySelector("summary")?.focus();
  };
  box.querySelector("button[type=reset]")?.addEventListener("click", close);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape" && box.open) close(); });
  box.addEventListener("toggle", () => {
    const cancel = box.querySelector("button[type=reset]");
    if (box.open && cancel instanceof HTMLElement) cancel.focus();
  });
}
