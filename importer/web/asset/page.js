// @ts-check
// What every screen needs: the focus after a step, and a word when the program has ended.

/** How often a tab asks whether the program is still there, in milliseconds: often while somebody looks. */
const VISIBLE = 10_000, HIDDEN = 60_000;

const h1 = document.querySelector("h1");
if (h1 instanceof HTMLElement && !location.hash && !document.querySelector("[autofocus]")) h1.focus({ preventScroll: true });

const gone = document.querySelector(".gone");
let misses = 0;

/** Says that the program has ended, and takes the controls away. When it is back, the page is asked for again.
 * @param {boolean} is */
function setGone(is) {
  if (!(gone instanceof HTMLElement)) return;
  if (!is && gone.textContent) location.reload();
  if (!is || gone.textContent) return;
  gone.textContent = gone.dataset.text ?? "";
  for (const control of document.querySelectorAll("button, input, select, textarea")) control.setAttribute("disabled", "");
}

async function ask() {
  try {
    const answer = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    misses = answer.ok ? 0 : misses + 1;
  } catch {
    misses++;
  }
  setGone(misses > 1);
}

let timer = 0;
function plan() {
  clearTimeout(timer);
  timer = setTimeout(async () => { await ask(); plan(); }, document.visibilityState === "visible" ? VISIBLE : HIDDEN);
}
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState === "visible") await ask();
  plan();
});
plan();
