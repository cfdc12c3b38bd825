(() => {
  const PERIOD_MS = 3000;
  const sorting = new Map();
  const main = () => document.querySelector("main");
  const value = (cell) => cell ? (cell.dataset.key ?? cell.textContent).trim() : "";

  const sort = (table) => {
    const order = sorting.get(table.id);
    if (!order) return;
    const heads = [...table.tHead.rows[0].cells];
    const head = heads[order.column];
    if (!head) return;
    heads.forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    const compare = (a, b) => value(a.cells[order.column])
      .localeCompare(value(b.cells[order.column]), undefined, { numeric: true });
    // A note stays below its row.
    const rows = [];
    for (const row of table.tBodies[0].rows) row.matches(".note") ? rows.at(-1)?.push(row) : rows.push([row]);
    rows.sort(([a], [b]) => compare(a, b));
    table.tBodies[0].append(...(order.down ? rows.reverse() : rows).flat());
  };

  const arrange = () => document.querySelectorAll("table").forEach((table) => {
    for (const head of table.tHead.rows[0].cells) head.tabIndex = 0;
    sort(table);
  });

  const press = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    const head = event.target.closest?.("thead th");
    if (!head) return;
    const table = head.closest("table");
    const last = sorting.get(table.id);
    const again = last?.column === head.cellIndex;
    sorting.set(table.id, { column: head.cellIndex, down: again && !last.down });
    sort(table);
  };
  document.addEventListener("click", press);
  document.addEventListener("keydown", press);

  const atEnd = (log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  const toEnd = () => document.querySelectorAll("main[data-renews] .log")
    .forEach((log) => { log.scrollTop = log.scrollHeight; });

  const replace = (fresh) => {
    const old = main();
    const scrolled = [...old.querySelectorAll(".scroll, .log")]
      .map((box) => [box.scrollLeft, atEnd(box) && box.matches(".log") ? Infinity : box.scrollTop]);
    const focused = old.contains(document.activeElement) ? document.activeElement.outerHTML : null;
    old.replaceWith(fresh);
    arrange();
    fresh.querySelectorAll(".scroll, .log").forEach((box, at) => {
      [box.scrollLeft, box.scrollTop] = scrolled[at] ?? [0, 0];
      if (scrolled[at]?.[1] === Infinity) box.scrollTop = box.scrollHeight;
    });
    if (focused) {
      [...fresh.querySelectorAll("a, summary, th, pre")].find((one) => one.outerHTML === focused)
        ?.focus({ preventScroll: true });
    }
  };

  let asking = false;
  const renew = async () => {
    const busy = document.hidden || asking || String(getSelection()) || document.querySelector("details[open]");
    if (busy || !main().hasAttribute("data-renews")) return;
    asking = true;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(4 * PERIOD_MS) });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const heading = page.querySelector("h1");
      if (heading) document.querySelector("h1").replaceWith(heading);
      replace(page.querySelector("main"));
      document.documentElement.classList.remove("stale");
    } catch {
      document.documentElement.classList.add("stale");
    } finally {
      asking = false;
    }
  };

  document.documentElement.classList.add("js");
  arrange();
  toEnd();
  setInterval(renew, PERIOD_MS);
  document.addEventListener("visibilitychange", renew);
})();
