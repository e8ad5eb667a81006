// @ts-check
// Parts of a screen that the program has rendered. This is the only place where text becomes markup.

/** @type {{createHTML(text: string): any}} */
// @ts-ignore: TypeScript does not know Trusted Types; browsers without them take the text as it is.
const policy = globalThis.trustedTypes?.createPolicy("fragment", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

/** Asks for a part of a screen by its path below the session.
 * @param {string} path @param {RequestInit} [how] */
export async function ask(path, how = {}) {
  const headers = new Headers(how.headers);
  headers.set("Accept", "text/x-fragment");
  return fetch((document.body.dataset.root ?? "/") + path, { ...how, headers, cache: "no-store" });
}

/** Puts markup from the program into the place of what an element holds.
 * @param {Element} into @param {string} markup */
export function fill(into, markup) {
  into.innerHTML = policy.createHTML(markup);
}
