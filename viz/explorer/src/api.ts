// Questions to the service. Every answer's texts are plain when they come from here.

import { shownOf, type Expanded, type Graph, type GraphEdge, type Place, type SourceRecord } from "./data";

/** An answer that is none: its status, and the service's own words. */
export class Refused extends Error {
  constructor(readonly status: number, detail: string) {
    super(detail);
  }
}

export interface ExpandQuestion {
  readonly node: string;
  readonly kinds: readonly string[] | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly limit: number;
}

export interface Way {
  readonly hops: number;
  readonly nodes: readonly string[];
  readonly edges: readonly GraphEdge[];
}

export interface Ways {
  readonly paths: readonly Way[];
  readonly nodes: readonly { readonly id: string; readonly kind: string; readonly name: string }[];
  readonly evidence: readonly SourceRecord[];
  readonly truncated: boolean;
}

export interface Note {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly text: string;
  readonly about: string | null;
}

export interface SavedHead {
  readonly id: string;
  readonly name: string;
  readonly by: string;
  readonly at: string;
  readonly own: boolean;
}

export interface Layout {
  readonly expanded: readonly ExpandQuestion[];
  readonly places: Readonly<Record<string, readonly [number, number]>>;
  readonly pinned: readonly string[];
  readonly hidden: readonly string[];
  readonly filters: {
    readonly kinds?: readonly string[] | null;
    readonly since?: string | null;
    readonly until?: string | null;
    readonly least?: number | null;
    readonly most?: number | null;
    readonly sure: "all" | "named" | "clean";
  };
  readonly grouped?: "kind" | "region" | "buyer" | "owner" | null;
  readonly chosen?: string | null;
}

export class Service {
  private readonly base: string;

  constructor(own: string) {
    this.base = `/api/v1/cases/${encodeURIComponent(own)}`;
  }

  graph(): Promise<Graph> {
    return ask(`${this.base}/graph`);
  }

  /** What is around a node; ``shown`` and ``taken`` are the nodes that came by expansions, and where they are. */
  expand(
    question: ExpandQuestion, shown: readonly string[], taken: readonly Place[], at: Place | null,
  ): Promise<Expanded> {
    const place = at ? { x: at[0], y: at[1] } : {};
    return ask(`${this.base}/expand`, "POST", { ...question, ...place, shown, taken });
  }

  ways(query: URLSearchParams): Promise<Ways> {
    return ask(`/api/v1/paths?${query}`);
  }

  /** A source record; what an expansion brought is named as what it is about. */
  record(document: string, about?: string): Promise<SourceRecord> {
    const query = about ? `?${new URLSearchParams({ about })}` : "";
    return ask(`${this.base}/sources/${encodeURIComponent(document)}${query}`);
  }

  notes(): Promise<{ items: readonly Note[]; version: number }> {
    return ask(`${this.base}/notes`);
  }

  note(version: number, text: string, about: string): Promise<unknown> {
    return ask(`${this.base}/notes`, "POST", { version, text, about });
  }

  layouts(): Promise<{ items: readonly SavedHead[] }> {
    return ask(`${this.base}/layouts`);
  }

  layout(id: string): Promise<SavedHead & { layout: Layout }> {
    return ask(`${this.base}/layouts/${encodeURIComponent(id)}`);
  }

  save(name: string, layout: Layout): Promise<SavedHead> {
    return ask(`${this.base}/layouts`, "POST", { name, layout });
  }

  forget(id: string): Promise<unknown> {
    return ask(`${this.base}/layouts/${encodeURIComponent(id)}`, "DELETE");
  }
}

async function ask<T>(address: string, method = "GET", body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(address, { method, credentials: "same-origin", ...sent });
  if (answer.status === 204) return undefined as T;
  const said: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const detail = (said as { detail?: unknown }).detail;
    throw new Refused(answer.status, typeof detail === "string" ? detail : answer.statusText);
  }
  return shownOf(said as T);
}
