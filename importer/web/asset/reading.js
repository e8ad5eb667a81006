// @ts-check
// The problem types while a sheet is read: they grow as the rows come.
import { ask, fill } from "./fragment.js";

const kinds = document.getElementById("kinds"), counts = document.getElementById("counts");
const path = (kinds?.dataset.path ?? "").replace(document.body.dataset.root ?? "", "");

/** How often the types are asked for, in milliseconds. */
const EVERY = 250;

async function look() {
  try {
    const answer = await ask(path + "state");
    if (answer.ok) {
      const state = await answer.json();
      if (kinds) fill(kinds, state.kinds);
      for (const [name, n] of Object.entries(state.counts)) if (counts) counts.dataset[name] = String(n);
    }
  } catch { // the page says so itself where the program has ended
  }
  setTimeout(look, EVERY);
}
void look();
