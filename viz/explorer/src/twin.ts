// The tables that say the same as the picture: a row for each mark and each line.

import type { PageData } from "./data";
import { glyph, make, part } from "./dom";
import type { Line, Mark, View } from "./view";
import type { Words } from "./words";

interface Kept {
  readonly row: HTMLTableRowElement;
  readonly said: string;
}

type Cell = string | Node;

export class Twin {
  private readonly rows = new Map<string, Kept>();
  private readonly sorted = new Map<string, { column: number; down: boolean }>();
  private current = "";
  private last: View | null = null;

  constructor(
    private readonly data: PageData, private readonly words: Words, private readonly numbers: ReadonlyMap<string, number>,
    private readonly choose: (id: string) => void,
  ) {
    for (const id of ["nodes", "edges"]) {
      const table = part<HTMLTableElement>(id);
      table.addEventListener("click", (event) => this.clicked(event));
      table.addEventListener("keydown", (event) => this.pressed(event));
      this.heads(table);
    }
  }

  draw(view: View): void {
    this.last = view;
    const nodes = [...view.marks.values()].map((mark) => this.row(mark.id, this.markCells(mark)));
    const edges = [...view.lines.values()].map((line) => this.row(line.id, this.lineCells(line, view)));
    this.fill("nodes", nodes, this.words.counted(nodes.length, "node"));
    this.fill("edges", edges, this.words.counted(edges.length, "edge"));
    for (const id of this.rows.keys()) {
      if (!view.marks.has(id) && !view.lines.has(id)) this.rows.delete(id);
    }
    this.mark(this.current);
  }

  mark(chosen: string | null): void {
    this.rows.get(this.current)?.row.removeAttribute("aria-current");
    this.current = chosen ?? "";
    const row = this.rows.get(this.current)?.row;
    row?.setAttribute("aria-current", "true");
    if (row) {
      for (const other of row.parentElement?.querySelectorAll<HTMLElement>("button[tabindex='0']") ?? []) other.tabIndex = -1;
      const own = row.querySelector("button");
      if (own) own.tabIndex = 0;
      const box = row.closest<HTMLElement>(".wide");
      if (box && !row.contains(document.activeElement)) box.scrollTop = row.offsetTop - box.clientHeight / 2;
    }
  }

  private fill(id: string, rows: readonly HTMLTableRowElement[], said: string): void {
    const table = part<HTMLTableElement>(id);
    const order = this.sorted.get(id);
    const shown = order ? [...rows].sort((a, b) => compare(a, b, order.column) * (order.down ? -1 : 1)) : rows;
    if (table.tBodies[0]) place(table.tBodies[0], shown);
    if (!table.tBodies[0]?.querySelector("button[tabindex='0']")) {
      const first = shown[0]?.querySelector("button");
      if (first) first.tabIndex = 0;
    }
    part(`${id}-count`).textContent = said;
  }

  private row(id: string, cells: readonly Cell[]): HTMLTableRowElement {
    const said = cells.map((cell) => (typeof cell === "string" ? cell : cell.textContent ?? "")).join("\u0000");
    const kept = this.rows.get(id);
    if (kept?.said === said) return kept.row;
    const [name = "", ...rest] = cells;
    const row = make("tr", { "data-id": id },
      make("th", { scope: "row" }, make("button", { type: "button", tabindex: -1, class: "plain" }, name)),
      ...rest.map((cell, at) => make("td", at === 2 ? { class: "number" } : at === 3 ? { class: "day" } : {}, cell)));
    this.rows.set(id, { row, said });
    return row;
  }

  private markCells(mark: Mark): Cell[] {
    const look = this.data.roles[mark.role];
    const role = make("span", {}, ...(look ? [glyph(look), " "] : []), this.words.role(mark.role));
    const label = [mark.label.replaceAll("\n", " "), mark.pinned ? this.words.say("x_pinned") : ""].filter(Boolean).join(" · ");
    return [mark.core ? make("strong", {}, mark.name) : mark.name, role, label, String(mark.edges)];
  }

  private lineCells(line: Line, view: View): Cell[] {
    const name = (id: string): string => this.data.tenders[id] ?? view.marks.get(id)?.name ?? id;
    const one = line.edges.length === 1 ? line.edges[0] : undefined;
    const detail = one ? [this.words.detail(one), one.problem ?? ""].filter(Boolean).join("; ") : line.label;
    return [
      name(line.source), this.words.edge(line.kind), name(line.target), detail,
      one ? this.words.span(one.since, one.until) : "", one ? this.recordOf(one.document) : "",
    ];
  }

  private recordOf(document: string | undefined): string {
    if (!document) return "\u2014";
    const number = this.numbers.get(document);
    return number ? `[${number}]` : document.slice(0, 8);
  }

  private clicked(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("tbody tr") : null;
    if (row?.dataset["id"]) this.choose(row.dataset["id"]);
  }

  private pressed(event: KeyboardEvent): void {
    const row = event.target instanceof Element ? event.target.closest("tbody tr") : null;
    const to = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling,
      Home: row?.parentElement?.firstElementChild, End: row?.parentElement?.lastElementChild }[event.key];
    const next = to?.querySelector("button");
    if (!row || !next) return;
    event.preventDefault();
    const own = row.querySelector("button");
    if (own) own.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  private heads(table: HTMLTableElement): void {
    table.querySelectorAll("thead th").forEach((head, column) => {
      const words = head.textContent ?? "";
      const sort = make("button", { type: "button", class: "plain" }, words);
      sort.addEventListener("click", () => {
        const old = this.sorted.get(table.id);
        const down = old?.column === column && !old.down;
        this.sorted.set(table.id, { column, down });
        for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        if (this.last) this.draw(this.last);
      });
      head.replaceChildren(sort);
    });
  }
}

/** Have a body hold these rows in their order; rows that stand where they should are not touched. */
function place(body: HTMLElement, rows: readonly HTMLTableRowElement[]): void {
  const wanted = new Set<Element>(rows);
  for (const old of [...body.children]) if (!wanted.has(old)) old.remove();
  let at = body.firstElementChild;
  for (const row of rows) {
    if (at === row) at = at.nextElementSibling;
    else body.insertBefore(row, at);
  }
}

function compare(one: HTMLTableRowElement, other: HTMLTableRowElement, column: number): number {
  const [a, b] = [one, other].map((row) => row.cells[column]?.textContent ?? "") as [string, string];
  const [x, y] = [a, b].map((text) => Number.parseFloat(text.replace(/[\u202f\s]/g, ""))) as [number, number];
  return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
}
