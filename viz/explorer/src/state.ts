// What the picture is made of, and the commands that make another one of it. Nothing here is ever changed in place.

import type { ExpandQuestion } from "./api";
import type { Expanded, Graph, GraphEdge, GraphNode, PageData, Place } from "./data";

export type Sure = "all" | "named" | "clean";
export type Grouping = "kind" | "region" | "buyer" | "owner";

/** What is let through; roles and kinds are those that are left out, sums are in minor units. */
export interface Filters {
  readonly roles: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
  readonly since: string | null;
  readonly until: string | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly sure: Sure;
}

export interface Expansion extends ExpandQuestion {
  readonly added: readonly string[];
  readonly more: number;
  readonly truncated: boolean;
}

/** A way between two parties that is shown: its nodes in order, and its edges. */
export interface ShownWay {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

export interface State {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: ReadonlyMap<string, GraphEdge>;
  readonly expansions: readonly Expansion[];
  readonly hidden: ReadonlySet<string>;
  readonly pinned: ReadonlyMap<string, Place>;
  readonly filters: Filters;
  readonly grouped: Grouping | null;
  readonly opened: ReadonlySet<string>;
  readonly way: ShownWay | null;
}

export const NO_FILTERS: Filters = {
  roles: new Set(), kinds: new Set(), since: null, until: null, least: null, most: null, sure: "all",
};

type Becomes = PageData["becomes"];

export function begun(graph: Graph, becomes: Becomes): State {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const edges = new Map(graph.edges.map((edge) => [edge.id, edge]));
  return {
    nodes: withRoles(nodes, edges, becomes), edges, expansions: [], hidden: new Set(), pinned: new Map(),
    filters: NO_FILTERS, grouped: null, opened: new Set(), way: null,
  };
}

/** What edges make of nodes: who calls a tender is a buyer, who holds an office an official. */
function withRoles(
  nodes: Map<string, GraphNode>, edges: ReadonlyMap<string, GraphEdge>, becomes: Becomes,
): Map<string, GraphNode> {
  for (const edge of edges.values()) {
    for (const [end, before, after] of becomes[edge.kind] ?? []) {
      const node = nodes.get(edge[end]);
      if (node?.role === before) nodes.set(node.id, { ...node, role: after });
    }
  }
  return nodes;
}

/** The state with what an expansion found; of its nodes only some, where these are named. */
export function grown(
  state: State, asked: ExpandQuestion, found: Expanded, becomes: Becomes, only: ReadonlySet<string> | null = null,
): State {
  const added = found.nodes.filter((node) => !state.nodes.has(node.id) && (!only || only.has(node.id)));
  const nodes = new Map([...state.nodes, ...added.map((node) => [node.id, node] as const)]);
  const edges = new Map(state.edges);
  for (const edge of found.edges) {
    if (nodes.has(edge.source) && nodes.has(edge.target)) edges.set(edge.id, edge);
  }
  const left = found.more + found.nodes.length - added.length;
  const one: Expansion = { ...asked, added: added.map((node) => node.id), more: left, truncated: found.truncated };
  const before = state.expansions.map((old) => (sameQuestion(old, asked) ? { ...old, more: 0, truncated: false } : old));
  return { ...state, nodes: withRoles(nodes, edges, becomes), edges, expansions: [...before, one] };
}

function sameQuestion(one: ExpandQuestion, other: ExpandQuestion): boolean {
  return one.node === other.node && one.since === other.since && one.until === other.until
    && String(one.kinds) === String(other.kinds);
}

/** The nodes that came by expansions. */
export function came(state: State): string[] {
  return state.expansions.flatMap((one) => one.added);
}

/** The last expansion of a node that left something out. */
export function unfinished(state: State, node: string): Expansion | undefined {
  return state.expansions.findLast((one) => one.node === node && one.more > 0);
}

/** The state without what came by expanding a node, and by expanding what goes with it. */
export function collapsed(state: State, node: string): State {
  const gone = new Set<string>();
  const roots = new Set([node]);
  const drop = new Set<Expansion>();
  for (let grew = true; grew;) {
    grew = false;
    for (const one of state.expansions) {
      if (drop.has(one) || !roots.has(one.node)) continue;
      drop.add(one);
      for (const own of one.added) {
        gone.add(own);
        roots.add(own);
      }
      grew = true;
    }
  }
  if (!drop.size) return state;
  return { ...without(state, gone), expansions: state.expansions.filter((one) => !drop.has(one)) };
}

/** The state without some nodes and all that hangs on them. */
export function without(state: State, gone: ReadonlySet<string>): State {
  const kept = <V>(map: ReadonlyMap<string, V>): Map<string, V> => new Map([...map].filter(([own]) => !gone.has(own)));
  const edges = new Map([...state.edges].filter(([, edge]) => !gone.has(edge.source) && !gone.has(edge.target)));
  const way = state.way && state.way.nodes.some((own) => gone.has(own)) ? null : state.way;
  return {
    ...state, nodes: kept(state.nodes), edges, pinned: kept(state.pinned), way,
    hidden: new Set([...state.hidden].filter((own) => state.nodes.has(own) ? !gone.has(own) : edges.has(own))),
    expansions: state.expansions.map((one) => ({ ...one, added: one.added.filter((own) => !gone.has(own)) })),
  };
}

/** The state with nodes or edges out of sight. */
export function hid(state: State, ids: readonly string[]): State {
  return { ...state, hidden: new Set([...state.hidden, ...ids]) };
}

export function pin(state: State, id: string, place: Place | null): State {
  const pinned = new Map(state.pinned);
  if (place) pinned.set(id, place);
  else pinned.delete(id);
  return { ...state, pinned };
}

export function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const made = new Set(set);
  if (!made.delete(id)) made.add(id);
  return made;
}
