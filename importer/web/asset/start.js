// @ts-check
// A sheet can be dropped anywhere on the start, and is sent as soon as it is chosen.

const form = document.querySelector("form[data-drop]");
const input = form?.querySelector("input[type=file]");
const reading = form?.querySelector(".reading");

if (form instanceof HTMLFormElement && input instanceof HTMLInputElement && reading instanceof HTMLElement) {
  form.classList.add("live");
  input.addEventListener("change", () => { if (input.files?.length) form.requestSubmit(); });
  form.addEventListener("submit", () => {
    const said = reading.querySelector("p"), bar = reading.querySelector("progress");
    const words = (reading.dataset.text ?? "").replace("%s", input.files?.[0]?.name ?? "");
    if (said) said.textContent = words;
    bar?.setAttribute("aria-label", words);
    reading.hidden = false;
    form.classList.add("busy");
  });
  reading.querySelector("button")?.addEventListener("click", () => {
    window.stop();
    form.reset();
    reading.hidden = true;
    form.classList.remove("busy");
  });
  addEventListener("pageshow", () => { form.reset(); reading.hidden = true; form.classList.remove("busy"); });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
