// What is on the screen, as a function of the state: marks, lines, and groups where they were asked for or must be.

import type { GraphEdge, GraphNode, PageData, Place } from "./data";
import { letThrough, type Piece } from "./filters";
import type { Grouping, State } from "./state";
import type { Words } from "./words";

/** So many nodes are on the screen at most; beyond that they are in groups. */
export const MOST = 500;
/** The width that a group takes with its words. */
const ROOM = 110;

export interface Mark {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly role: string;
  readonly core: boolean;
  readonly place: Place;
  readonly pinned: boolean;
  readonly edges: number;
  readonly node: GraphNode | null;
  readonly members: readonly GraphNode[];
}

export interface Line {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly label: string;
  readonly edges: readonly GraphEdge[];
}

export interface View {
  readonly marks: ReadonlyMap<string, Mark>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly folded: boolean;
}

interface Group {
  readonly id: string;
  readonly name: string;
  readonly members: GraphNode[];
}

export function viewOf(state: State, data: PageData, words: Words): View {
  const piece = letThrough(state);
  const asked = state.grouped ? byAttribute(piece, state.grouped, words) : [];
  let groups = asked.filter((one) => !state.opened.has(one.id));
  let folded = false;
  if (count(piece, groups) > MOST) {
    const among = new Set(groups.flatMap((one) => one.members.map((node) => node.id)));
    const crowds = byExpansion(state, piece, among, words).sort((a, b) => Number(state.opened.has(a.id)) - Number(state.opened.has(b.id)));
    for (const crowd of crowds) {
      if (count(piece, groups) <= MOST) break;
      groups = [...groups, crowd];
      folded = true;
    }
  }
  return { ...drawn(state, data, words, piece, groups), folded };
}

function count(piece: Piece, groups: readonly Group[]): number {
  return piece.nodes.length - groups.reduce((sum, one) => sum + one.members.length - 1, 0);
}

function gather(nodes: readonly GraphNode[], key: (node: GraphNode) => readonly [string, string] | null): Group[] {
  const found = new Map<string, Group>();
  for (const node of nodes) {
    const of = node.core ? null : key(node);
    if (!of) continue;
    const group = found.get(of[0]) ?? { id: of[0], name: of[1], members: [] };
    group.members.push(node);
    found.set(of[0], group);
  }
  return [...found.values()].filter((one) => one.members.length > 1);
}

/** Groups of at least two; those whom the case is about stay by themselves. */
function byAttribute(piece: Piece, by: Grouping, words: Words): Group[] {
  if (by === "kind") return gather(piece.nodes, (node) => [`group:kind:${node.role}`, words.role(node.role)]);
  if (by === "region") return gather(piece.nodes, (node) => node.region ? [`group:region:${node.region}`, node.region] : null);
  const kind = by === "buyer" ? "BUYS" : "OWNS";
  const names = new Map(piece.nodes.map((node) => [node.id, node.name]));
  const of = new Map<string, string>();
  for (const edge of piece.edges) {
    const old = of.get(edge.target);
    if (edge.kind === kind && (!old || edge.source < old)) of.set(edge.target, edge.source);
  }
  return gather(piece.nodes, (node) => {
    const end = of.get(node.id);
    return end ? [`group:${by}:${end}`, words.say(`x_group_at_${by}`, { name: names.get(end) ?? "" })] : null;
  });
}

/** What came by each expansion, by role, the last first: what is folded where there is too much for the screen. */
function byExpansion(state: State, piece: Piece, beside: ReadonlySet<string>, words: Words): Group[] {
  const shown = new Map(piece.nodes.map((node) => [node.id, node]));
  return state.expansions.map((one, number) => ({ one, number })).reverse().flatMap(({ one, number }) => {
    const nodes = one.added.map((own) => shown.get(own)).filter((node) => node !== undefined && !beside.has(node.id));
    const name = state.nodes.get(one.node)?.name ?? "";
    return gather(nodes as GraphNode[], (node) => [
      `group:around:${number}:${one.node}:${node.role}`, words.say("x_group_around", { role: words.role(node.role), name }),
    ]);
  });
}

function drawn(state: State, data: PageData, words: Words, piece: Piece, groups: readonly Group[]): Omit<View, "folded"> {
  const home = new Map<string, string>();
  for (const group of groups) for (const node of group.members) home.set(node.id, group.id);
  const lines = new Map<string, Line>();
  const touched = new Map<string, number>();
  for (const edge of piece.edges) {
    const source = home.get(edge.source) ?? edge.source;
    const target = home.get(edge.target) ?? edge.target;
    if (source === target && source !== edge.source) continue;
    const apart = source === edge.source && target === edge.target;
    const id = apart ? edge.id : `lines:${edge.kind}:${source}:${target}`;
    const old = lines.get(id);
    const edges = [...(old?.edges ?? []), edge];
    const label = apart ? (data.edges[edge.kind]?.labelled ? words.detail(edge) : "") : `× ${edges.length}`;
    lines.set(id, { id, kind: edge.kind, source, target, label: cut(label), edges });
    if (!old) for (const end of new Set([source, target])) touched.set(end, (touched.get(end) ?? 0) + 1);
  }
  const marks = new Map<string, Mark>();
  for (const node of piece.nodes) {
    if (home.has(node.id)) continue;
    const label = data.tenders[node.id] ?? (node.role === "tender" && node.day ? node.day : node.label);
    marks.set(node.id, {
      id: node.id, name: node.kind === "Person" && node.name === node.id ? words.say("no_name") : node.name, label,
      role: node.role, core: node.core, place: placeOf(state, node), pinned: state.pinned.has(node.id),
      edges: touched.get(node.id) ?? 0, node, members: [],
    });
  }
  const taken = [...marks.values()].map((mark) => mark.place);
  for (const group of groups) {
    const place = state.pinned.get(group.id) ?? free(middle(group.members.map((node) => placeOf(state, node))), taken);
    taken.push(place);
    const name = words.say("x_group_name", { name: group.name, n: group.members.length });
    marks.set(group.id, {
      id: group.id, name, label: name, role: "group", core: false, pinned: state.pinned.has(group.id),
      place, edges: touched.get(group.id) ?? 0, node: null, members: group.members,
    });
  }
  return { marks, lines };
}

function placeOf(state: State, node: GraphNode): Place {
  return state.pinned.get(node.id) ?? [node.x, node.y];
}

function middle(places: readonly Place[]): Place {
  const sum = places.reduce<[number, number]>((all, one) => [all[0] + one[0], all[1] + one[1]], [0, 0]);
  return [sum[0] / places.length, sum[1] / places.length];
}

/** The place itself, or one on a ring around it where a group has room. */
function free(place: Place, taken: readonly Place[]): Place {
  const room = ([x, y]: Place): boolean => taken.every((one) => Math.abs(one[0] - x) >= ROOM || Math.abs(one[1] - y) >= ROOM / 2);
  for (let ring = 0; ring < 20; ring += 1) {
    for (let seat = 0; seat < Math.max(1, 6 * ring); seat += 1) {
      const turn = (2 * Math.PI * seat) / Math.max(1, 6 * ring);
      const found: Place = [place[0] + ring * ROOM * Math.cos(turn), place[1] + ring * ROOM * 0.7 * Math.sin(turn)];
      if (room(found)) return found;
    }
  }
  return place;
}

function cut(text: string): string {
  return text.length <= 26 ? text : `${text.slice(0, 25).trimEnd()}\u2026`;
}
