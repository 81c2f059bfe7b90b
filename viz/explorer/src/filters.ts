// Which nodes and edges of a state are let through.

import type { GraphEdge, GraphNode } from "./data";
import { NO_FILTERS, type Filters, type State } from "./state";

export interface Piece {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function filtering(filters: Filters): boolean {
  return filters.roles.size > 0 || filters.kinds.size > 0 || filters.since !== null || filters.until !== null
    || filters.least !== null || filters.most !== null || filters.sure !== NO_FILTERS.sure;
}

/** What is neither hidden nor filtered out. A node that only edges tie which are left out goes with them, unless the
 * case is about it. */
export function letThrough(state: State, filters: Filters = state.filters): Piece {
  const beside = new Set([...state.nodes.values()].filter((node) => !state.hidden.has(node.id)).map((node) => node.id));
  const nodes = new Map([...state.nodes].filter(([own, node]) => beside.has(own) && nodePasses(node, filters)));
  const tied = new Set<string>();
  const held = new Set<string>();
  const edges: GraphEdge[] = [];
  for (const edge of state.edges.values()) {
    if (!beside.has(edge.source) || !beside.has(edge.target)) continue;
    tied.add(edge.source).add(edge.target);
    if (state.hidden.has(edge.id) || !nodes.has(edge.source) || !nodes.has(edge.target)) continue;
    if (!edgePasses(edge, filters)) continue;
    edges.push(edge);
    held.add(edge.source).add(edge.target);
  }
  const alone = (node: GraphNode): boolean => !node.core && tied.has(node.id) && !held.has(node.id);
  const kept = filtering(filters) ? [...nodes.values()].filter((node) => !alone(node)) : [...nodes.values()];
  return { nodes: kept, edges };
}

function nodePasses(node: GraphNode, filters: Filters): boolean {
  if (filters.roles.has(node.role)) return false;
  return within(node.day, node.day, filters) && priced(node.amount_minor, filters);
}

function edgePasses(edge: GraphEdge, filters: Filters): boolean {
  if (filters.kinds.has(edge.kind)) return false;
  if (filters.sure !== "all" && !edge.document) return false;
  if (filters.sure === "clean" && edge.problem) return false;
  return within(edge.since, edge.until, filters) && priced(edge.amount_minor, filters);
}

/** Whether a time meets the asked one, ends included; what has no days counts at any time. */
function within(since: string | undefined, until: string | undefined, filters: Filters): boolean {
  return !((filters.until && since && since > filters.until) || (filters.since && until && until < filters.since));
}

/** Whether a sum is in the asked range; what has none is let through. */
function priced(minor: number | undefined, filters: Filters): boolean {
  if (minor === undefined) return true;
  return (filters.least === null || minor >= filters.least) && (filters.most === null || minor <= filters.most);
}
