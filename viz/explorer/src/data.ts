// What the service says: the graph's nodes and edges, what the page holds beside them, and texts made plain.

export type Place = readonly [number, number];

export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly role: string;
  readonly name: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly core: boolean;
  readonly own_id?: string;
  readonly type?: string;
  readonly country?: string;
  readonly region?: string;
  readonly status?: string;
  readonly registered?: string;
  readonly dissolved?: string;
  readonly day?: string;
  readonly category?: string;
  readonly amount_minor?: number;
  readonly currency?: string;
  readonly document?: string;
  readonly problem?: string;
}

export interface GraphEdge {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly since?: string;
  readonly until?: string;
  readonly document?: string;
  readonly problem?: string;
  readonly amount_minor?: number;
  readonly currency?: string;
  readonly won?: boolean;
  readonly valid?: boolean;
  readonly share_min?: number;
  readonly share_max?: number;
  readonly interest?: string;
  readonly role?: string;
  readonly position?: string;
  readonly relation?: string;
  readonly type?: string;
  readonly meetings?: number;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly truncated: boolean;
}

export interface Expanded extends Graph {
  readonly more: number;
}

export interface SourceRecord {
  readonly id: string;
  readonly source: string;
  readonly format: string;
  readonly file: string;
  readonly position: string;
  readonly loaded_at: string;
  readonly hash: string;
  readonly record: string;
  readonly withheld: boolean;
}

export interface RoleLook {
  readonly word: string;
  readonly colour: string;
  readonly size: number;
  readonly corners: string;
  readonly glyph: string;
}

export interface EdgeLook {
  readonly word: string;
  readonly colour: string;
  readonly width: number;
  readonly dashes: readonly number[];
  readonly labelled: boolean;
}

export interface PageData {
  readonly case: string;
  readonly layout: string;
  readonly works: boolean;
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, RoleLook>>;
  readonly edges: Readonly<Record<string, EdgeLook>>;
  readonly becomes: Readonly<Record<string, readonly (readonly ["source" | "target", string, string])[]>>;
  readonly tenders: Readonly<Record<string, string>>;
}

const HARMFUL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** A text without what no page needs and what can mislead a reader: control characters, changes of direction. */
export function plain(text: string): string {
  return text.replace(/\r\n|[\r\u2028\u2029]/g, "\n").replace(HARMFUL, "\ufffd");
}

/** A document whose texts are plain, down to its leaves. */
export function shownOf<T>(value: T): T {
  if (typeof value === "string") return plain(value) as T;
  if (Array.isArray(value)) return value.map(shownOf) as T;
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shownOf(one as unknown)])) as T;
  }
  return value;
}

/** The text on one line. */
export function oneLine(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

/** The numbers of the case's source records by id, as the page's table has them. */
export function recordNumbers(): ReadonlyMap<string, number> {
  const links = document.querySelectorAll(".records tr[id^='record-'] a");
  return new Map([...links].map((link) => [
    decodeURIComponent(link.getAttribute("href")?.split("/").at(-1) ?? ""), Number(link.closest("tr")?.id.slice("record-".length)),
  ]));
}

/** What stands in the page for this module. */
export function pageData(): PageData {
  const block = document.getElementById("explorer-data");
  return JSON.parse(block?.textContent ?? "{}") as PageData;
}
