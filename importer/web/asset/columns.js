// @ts-check
// The button waits until every column is settled, and says for which it waits.

const form = document.querySelector("form[data-columns]");
const button = form?.querySelector("[data-testid=check]");
const blocked = document.getElementById("blocked");
const used = form?.querySelector("[data-testid=used]");
/** @type {NodeListOf<HTMLSelectElement>} */
const fields = document.querySelectorAll("form[data-columns] select");

function settle() {
  const open = [...fields].filter((f) => f.value === "?").map((f) => f.name.replace("map.", ""));
  if (button instanceof HTMLButtonElement) button.disabled = open.length > 0;
  if (blocked) blocked.textContent = open.length ? (blocked.dataset.text ?? "").replace("%s", open.join(", ")) : "";
  const chosen = [...fields].filter((f) => f.value !== "?" && f.value !== "").length;
  if (used instanceof HTMLElement) {
    used.textContent = (used.dataset.text ?? "").replace("%s", String(chosen)).replace("%s", String(fields.length));
  }
}

for (const field of fields) field.addEventListener("change", settle);
settle();
