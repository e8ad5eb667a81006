(() => {
  "use strict";
  // A row is a list, as the page carries it.
  const ROW = 0, STATUS = 1, USER = 2, ACCOUNT = 3, CHANGES = 4, FIELD = 5, CODE = 6, MESSAGE = 7, NAME = 8;
  const PER_PAGE = 100;
  const PRINTED = 2000; // rows on paper: some 60 pages
  const names = { updated: "updated", unchanged: "unchanged", failed: "failed", invalid: "invalid", not_sent: "not sent" };
  const $ = (id) => document.getElementById(id);

  const rows = [];
  for (const chunk of document.querySelectorAll("script.chunk")) {
    for (const row of JSON.parse(chunk.textContent)) rows.push(row);
    chunk.remove();
  }

  let found = rows, page = 0, texts = null;

  // fold makes search forgiving: "muller" finds "Müller".
  const fold = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const textOf = (r) => fold([r[ROW], r[USER], r[NAME], r[ACCOUNT], r[CHANGES].flat().join(" "), r[FIELD], r[CODE], r[MESSAGE]].join(" "));

  function fill(select, values) {
    for (const value of [...values].sort()) {
      const option = document.createElement("option");
      option.value = option.textContent = value;
      select.append(option);
    }
    select.parentElement.hidden = values.size === 0;
  }

  function options() {
    const fields = new Set(), codes = new Set();
    for (const r of rows) {
      for (const c of r[CHANGES]) fields.add(c[0]);
      if (r[FIELD]) fields.add(r[FIELD]);
      if (r[CODE]) codes.add(r[CODE]);
    }
    fill($("field"), fields);
    fill($("code"), codes);
  }

  function search() {
    const words = fold($("q").value).split(/\s+/).filter(Boolean);
    const status = $("status").value, field = $("field").value, code = $("code").value;
    if (words.length && !texts) texts = rows.map(textOf);
    found = words.length || status || field || code ? rows.filter((r, i) =>
      (!status || r[STATUS] === status) &&
      (!code || r[CODE] === code) &&
      (!field || r[FIELD] === field || r[CHANGES].some((c) => c[0] === field)) &&
      words.every((w) => texts[i].includes(w))) : rows;
    page = 0;
    show();
  }

  function element(tag, className, text) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }

  // value shows a value in its own reading direction, and says so when there is none.
  function value(className, text) {
    const e = element("bdi", text === "" ? "none" : className, text === "" ? "nothing" : text);
    e.dir = "auto";
    return e;
  }

  function change(c) {
    const line = element("div", "change");
    line.append(element("span", "name", c[0]), value("was", c[1]), element("span", "", " → "), value("is", c[2]));
    return line;
  }

  function rowElement(r) {
    const tr = element("tr");
    const user = element("td");
    user.append(value("", r[USER] || r[ACCOUNT]));
    if (r[NAME]) user.append(value("called", r[NAME]));
    if (r[ACCOUNT] && r[USER]) user.append(element("span", "id", r[ACCOUNT]));
    const outcome = element("td");
    outcome.append(element("span", "tag t-" + r[STATUS], names[r[STATUS]]));
    const what = element("td");
    if (r[STATUS] !== "unchanged") for (const c of r[CHANGES]) what.append(change(c));
    if (r[MESSAGE] || r[CODE]) {
      const why = element("div");
      if (r[CODE]) why.append(element("code", "", r[CODE]), " ");
      const text = element("bdi", "", r[MESSAGE]);
      text.dir = "auto";
      why.append(text);
      what.append(why);
    }
    tr.append(element("td", "num", String(r[ROW])), user, outcome, what);
    return tr;
  }

  function draw(list) {
    $("body").replaceChildren(...list.map(rowElement));
  }

  function show() {
    const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    draw(found.slice(page * PER_PAGE, (page + 1) * PER_PAGE));
    $("found").textContent = found.length === rows.length
      ? rows.length.toLocaleString("en") + (rows.length === 1 ? " row" : " rows")
      : found.length.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
    $("where").textContent = "page " + (page + 1).toLocaleString("en") + " of " + pages.toLocaleString("en");
    $("pager").hidden = pages === 1;
    $("first").disabled = $("prev").disabled = page === 0;
    $("next").disabled = $("last").disabled = page === pages - 1;
  }

  function turn(to) {
    page = to;
    show();
    $("table").scrollIntoView({ block: "start" });
  }

  let waiting = 0;
  $("filter").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120); // until the typing rests
  });
  $("filter").addEventListener("submit", (e) => e.preventDefault());
  $("filter").addEventListener("reset", () => setTimeout(search));
  $("first").addEventListener("click", () => turn(0));
  $("prev").addEventListener("click", () => turn(page - 1));
  $("next").addEventListener("click", () => turn(page + 1));
  $("last").addEventListener("click", () => turn(Infinity));
  for (const button of document.querySelectorAll("button.pick")) {
    button.addEventListener("click", () => {
      $("filter").reset();
      $("status").value = button.dataset.status;
      $("code").value = button.dataset.code;
      search();
      $("rows").scrollIntoView();
      $("rows").focus({ preventScroll: true });
    });
  }
  window.addEventListener("beforeprint", () => {
    draw(found.slice(0, PRINTED));
    $("cut").hidden = found.length <= PRINTED;
    $("cut").textContent = "The first " + PRINTED.toLocaleString("en") + " of " + found.length.toLocaleString("en") +
      " rows are printed; success.csv and failed.csv hold them all.";
  });
  window.addEventListener("afterprint", show);

  options();
  $("filter").hidden = false;
  $("table").hidden = rows.length === 0;
  show();
})();
