// Edges by month or year as bars, and the two ends of the time that is let through.

import { make, part, svg } from "./dom";
import { letThrough } from "./filters";
import type { Session } from "./session";
import type { Filters } from "./state";

const MOST_MONTHS = 72;
const HEIGHT = 56;
const WIDTH = 640;
const MOST_BAR = 40;

export class Timeline {
  private periods: string[] = [];

  constructor(private readonly session: Session, private readonly filter: (filters: Filters) => void) {
    for (const id of ["time-from", "time-to"]) {
      part<HTMLInputElement>(id).addEventListener("input", () => this.tell(this.ends()));
      part<HTMLInputElement>(id).addEventListener("change", () => this.changed());
    }
    part("time-all").addEventListener("click", () => this.set(null, null));
  }

  draw(): void {
    const { state } = this.session;
    const apart = { ...state.filters, since: null, until: null };
    const days = letThrough(state, apart).edges.map((edge) => edge.since ?? edge.until).filter((one) => one !== undefined);
    part("timeline").hidden = days.length === 0;
    if (!days.length) return;
    this.periods = periodsOf(days);
    const length = this.periods[0]?.length ?? 7;
    const counts = new Map<string, number>();
    for (const one of days) counts.set(one.slice(0, length), (counts.get(one.slice(0, length)) ?? 0) + 1);
    const rows = this.periods.map((period) => [period, counts.get(period) ?? 0] as const);
    const [from, to] = this.fromFilters();
    this.bars(rows, from, to);
    part<HTMLTableElement>("timeline-table").tBodies[0]?.replaceChildren(...rows.filter(([, many]) => many).map(([period, many]) =>
      make("tr", {}, make("th", { scope: "row" }, period), make("td", { class: "number" }, String(many)))));
    for (const [id, value] of [["time-from", from], ["time-to", to]] as const) {
      const range = part<HTMLInputElement>(id);
      range.max = String(this.periods.length - 1);
      range.value = String(value);
    }
    this.tell([from, to]);
  }

  private bars(rows: readonly (readonly [string, number])[], from: number, to: number): void {
    const most = Math.max(1, ...rows.map(([, many]) => many));
    const bar = Math.min(MOST_BAR, WIDTH / rows.length);
    const drawn = rows.map(([period, many], at) => {
      const height = many ? Math.max(2, (many / most) * HEIGHT) : 0;
      const inside = at >= from && at <= to;
      return svg("rect", { x: at * bar + 1, y: HEIGHT - height, width: Math.max(1, bar - 2), height, class: inside ? "in" : "out" },
        svg("title", {}, `${period}: ${this.session.words.counted(many, "edge")}`));
    });
    const marks = rows.flatMap(([period], at) => {
      const first = at === 0 || (period.length === 7 ? period.endsWith("-01") : at % 5 === 0);
      return first ? [svg("text", { x: at * bar, y: HEIGHT + 12 }, period.slice(0, 4))] : [];
    });
    const label = this.session.words.say("x_timeline_label", { first: rows[0]?.[0] ?? "", last: rows.at(-1)?.[0] ?? "" });
    part("timeline-bars").replaceChildren(
      svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 16}`, role: "img", "aria-label": label, preserveAspectRatio: "xMinYMid meet" },
        svg("line", { x1: 0, x2: rows.length * bar, y1: HEIGHT, y2: HEIGHT, class: "axis" }), ...drawn, ...marks));
  }

  private ends(): [number, number] {
    return [Number(part<HTMLInputElement>("time-from").value), Number(part<HTMLInputElement>("time-to").value)];
  }

  private changed(): void {
    const [from, to] = this.ends().sort((a, b) => a - b) as [number, number];
    const since = from === 0 ? null : firstDay(this.periods[from] ?? "");
    const until = to === this.periods.length - 1 ? null : lastDay(this.periods[to] ?? "");
    this.set(since, until);
  }

  private set(since: string | null, until: string | null): void {
    const { filters } = this.session.state;
    if (filters.since !== since || filters.until !== until) this.filter({ ...filters, since, until });
  }

  private fromFilters(): [number, number] {
    const { since, until } = this.session.state.filters;
    const last = this.periods.length - 1;
    const at = (day: string): number => this.periods.indexOf(day.slice(0, this.periods[0]?.length));
    const early = (day: string): boolean => day < (this.periods[0] ?? "");
    const from = !since || early(since) ? 0 : at(since) < 0 ? last : at(since);
    const to = !until ? last : early(until) ? 0 : at(until) < 0 ? last : at(until);
    return [from, to];
  }

  private tell([from, to]: readonly [number, number]): void {
    const [first, last] = [from, to].sort((a, b) => a - b).map((at) => this.periods[at]);
    part("time-said").textContent = this.session.words.say("span", { since: first ?? "", until: last ?? "" });
  }
}

/** Every month from the first to the last, or every year where these would be too many. */
function periodsOf(days: readonly string[]): string[] {
  const sorted = [...days].sort();
  const [first, last] = [sorted[0] ?? "", sorted.at(-1) ?? ""];
  const month = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  const count = month(last) - month(first) + 1;
  if (count <= MOST_MONTHS) {
    return Array.from({ length: count }, (_, at) => {
      const number = month(first) + at;
      return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
    });
  }
  const from = Number(first.slice(0, 4));
  return Array.from({ length: Number(last.slice(0, 4)) - from + 1 }, (_, at) => String(from + at).padStart(4, "0"));
}

function firstDay(period: string): string {
  return period.length === 4 ? `${period}-01-01` : `${period}-01`;
}

function lastDay(period: string): string {
  if (period.length === 4) return `${period}-12-31`;
  const end = new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5, 7)), 0));
  return end.toISOString().slice(0, 10);
}
