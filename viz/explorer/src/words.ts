// The words of the page's language, and numbers, sums and days as people read them.

import { oneLine, type GraphEdge, type PageData } from "./data";

const THIN = "\u202f";
const NONE = "\u2014";

export class Words {
  constructor(private readonly data: PageData) {}

  /** The words of a key with its blanks filled in. */
  say(key: string, blanks: Readonly<Record<string, string | number>> = {}): string {
    const text = this.data.words[key] ?? key;
    return text.replace(/{(\w+)}/g, (whole, name: string) => String(blanks[name] ?? whole));
  }

  /** The words of a key, where it is one. */
  known(key: string): string | undefined {
    return this.data.words[key];
  }

  /** A number with its noun, as the language's plural has it. */
  counted(many: number, thing: string): string {
    const forms = this.say(`count_${thing}`).split("|");
    return (forms[this.form(many)] ?? forms[0] ?? "").replace("{n}", grouped(String(many)));
  }

  role(name: string): string {
    return this.data.roles[name]?.word ?? this.say("x_group_of");
  }

  edge(kind: string): string {
    return this.data.edges[kind]?.word ?? kind;
  }

  /** From one day to another; one day once; open ends in words. */
  span(since: string | undefined, until: string | undefined): string {
    if (!since && !until) return this.say("span_none");
    if (!until) return this.say("span_since", { since: day(since) });
    if (!since) return this.say("span_until", { until: day(until) });
    return day(since) === day(until) ? day(since) : this.say("span", { since: day(since), until: day(until) });
  }

  /** What an edge says beside its kind: the share, the role, the position, the relation, the sum. */
  detail(edge: GraphEdge): string {
    switch (edge.kind) {
      case "OWNS": return share(edge.share_min, edge.share_max);
      case "BID": case "SUPPLIES": return edge.amount_minor === undefined ? "" : money(edge.amount_minor, edge.currency);
      case "CO_BIDS": return this.counted(edge.meetings ?? 0, "meeting");
      case "OFFICER": return oneLine(edge.role ?? "");
      case "OFFICE": return oneLine(edge.position ?? "");
      case "KIN": return oneLine(edge.relation ?? "");
      case "REACHED_AT": return edge.type ? this.data.words[`kind_${edge.type}`] ?? edge.type : "";
      default: return "";
    }
  }

  private form(many: number): number {
    if (this.data.language === "kk") return 0;
    if (this.data.language === "en") return many === 1 ? 0 : 1;
    if (many % 10 === 1 && many % 100 !== 11) return 0;
    return [2, 3, 4].includes(many % 10) && ![12, 13, 14].includes(many % 100) ? 1 : 2;
  }
}

export function day(value: string | undefined): string {
  return value ? value.slice(0, 10) : NONE;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** A sum in minor units with two decimals, thin spaces and its currency. */
export function money(minor: number, currency: string | undefined): string {
  const [whole, rest] = (Math.abs(minor) / 100).toFixed(2).split(".");
  const written = `${minor < 0 ? "\u2212" : ""}${grouped(whole ?? "")}.${rest}`;
  return currency ? `${written}\u00a0${currency}` : written;
}

function share(low: number | undefined, high: number | undefined): string {
  const known = [...new Set([low, high].filter((one) => one !== undefined).map((one) => Number((one * 100).toPrecision(3))))];
  return known.length ? `${known.sort((a, b) => a - b).join("\u2013")}%` : "";
}
