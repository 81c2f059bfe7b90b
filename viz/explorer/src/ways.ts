// Ways from one party to another: found by the service, listed step by step, and shown in the picture.

import type { Actions } from "./actions";
import type { Service, Way, Ways as Found } from "./api";
import type { GraphEdge } from "./data";
import { button, checked, field, make, part } from "./dom";
import type { Records } from "./records";
import type { Session } from "./session";
import type { State } from "./state";

/** So many neighbours are asked for to get a node of a way: none that a way runs through has more. */
const AROUND = 100;

export class Ways {
  private readonly form = part<HTMLFormElement>("ways-form");

  constructor(
    private readonly session: Session, private readonly service: Service, private readonly actions: Actions,
    private readonly records: Records,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.find();
    });
    for (const name of ["from", "to"]) {
      (this.form.elements.namedItem(name) as HTMLSelectElement).addEventListener("change", (event) => {
        session[name === "from" ? "start" : "end"] = (event.target as HTMLSelectElement).value || null;
      });
    }
  }

  /** Offer the parties that are shown as ends, those that were taken chosen. */
  draw(): void {
    const { session } = this;
    const parties = [...session.view.marks.values()]
      .filter((mark) => mark.node && ["Organisation", "Person"].includes(mark.node.kind))
      .sort((a, b) => a.name.localeCompare(b.name));
    for (const [name, taken] of [["from", session.start], ["to", session.end]] as const) {
      const select = this.form.elements.namedItem(name) as HTMLSelectElement;
      select.replaceChildren(make("option", { value: "" }, session.words.say("x_way_choose")),
        ...parties.map((mark) => make("option", { value: mark.id }, `${mark.name}, ${session.words.role(mark.role)}`)));
      select.value = parties.some((mark) => mark.id === taken) ? taken ?? "" : "";
    }
  }

  open(): void {
    part<HTMLDetailsElement>("panel-ways").open = true;
    this.draw();
    const { start, end } = this.session;
    if (start && end) void this.find();
    else (this.form.elements.namedItem(start ? "to" : "from") as HTMLSelectElement).focus();
  }

  private async find(): Promise<void> {
    const { session } = this;
    if (!this.form.reportValidity()) return;
    const query = new URLSearchParams({
      from: field(this.form, "from"), to: field(this.form, "to"), k: field(this.form, "k"), most_hops: field(this.form, "hops"),
    });
    for (const name of ["since", "until"]) if (field(this.form, name)) query.set(name, field(this.form, name));
    for (const kind of checked(this.form, "kind")) query.append("kinds", kind);
    session.say(session.words.say("x_way_searching"));
    const found = await this.actions.trying(() => this.service.ways(query));
    if (!found) return;
    this.records.keep(found.evidence);
    this.list(found);
    const cut = found.truncated ? ` ${session.words.say("x_way_cut")}` : "";
    session.say((found.paths.length ? session.words.say("x_way_found", { n: found.paths.length }) : session.words.say("x_way_none")) + cut);
  }

  private list(found: Found): void {
    const { words } = this.session;
    const names = new Map(found.nodes.map((node) => [node.id, node.name]));
    part("ways-found").replaceChildren(
      make("ol", { class: "ways" }, ...found.paths.map((way, at) => make("li", {},
        button(words.say("x_way_show", { n: at + 1, hops: words.counted(way.hops, "hop") }), () => void this.show(way), { id: `way-${at + 1}` }),
        make("ol", { class: "path" }, ...this.steps(way, names))))),
      ...(found.paths.length ? [button(words.say("x_way_off"), () => this.off(), { id: "way-off" })] : []));
  }

  private steps(way: Way, names: ReadonlyMap<string, string>): Node[] {
    const { words } = this.session;
    const name = (id: string): string => names.get(id) ?? this.session.name(id);
    return way.nodes.slice(1).map((to, at) => {
      const from = way.nodes[at] ?? "";
      const edges = way.edges.filter((edge) => joins(edge, from, to));
      return make("li", {}, ...(at === 0 ? [name(from)] : []), ...edges.map((edge) => make("div", { class: "note" },
        `${edge.source === from ? "\u2192" : "\u2190"} ${[words.edge(edge.kind), words.detail(edge)].filter(Boolean).join(" ")}, ${words.span(edge.since, edge.until)} `,
        edge.document ? this.records.button(edge.document, edge.id) : words.say("x_unnamed"))), name(to));
    });
  }

  /** Add what a way leads through to the picture, each node by expanding the one before it, and light the way up. */
  private async show(way: Way): Promise<void> {
    const { session } = this;
    const state = await this.actions.trying(() => this.grown(way));
    if (!state) return;
    const missing = way.nodes.filter((own) => !state.nodes.has(own));
    const edges = new Map(state.edges);
    for (const edge of way.edges) if (state.nodes.has(edge.source) && state.nodes.has(edge.target)) edges.set(edge.id, edge);
    const hidden = new Set([...state.hidden].filter((own) => !way.nodes.includes(own)));
    const shown = { nodes: way.nodes, edges: way.edges.map((edge) => edge.id) };
    const said = missing.length ? "x_way_partly" : "x_way_shown";
    part("picture").scrollIntoView({ block: "nearest" });
    session.apply({ ...state, edges, hidden, way: shown }, session.words.say(said, { hops: session.words.counted(way.hops, "hop") }));
  }

  private async grown(way: Way): Promise<State> {
    let state = this.session.state;
    const wanted = new Set(way.nodes);
    const ends = state.nodes.has(way.nodes[0] ?? "") ? way.nodes : [...way.nodes].reverse();
    for (let at = 1; at < ends.length; at += 1) {
      const [from, to] = [ends[at - 1] ?? "", ends[at] ?? ""];
      if (state.nodes.has(to) || !state.nodes.has(from)) continue;
      const kinds = [...new Set(way.edges.filter((edge) => joins(edge, from, to)).map((edge) => edge.kind))];
      state = await this.actions.grow(state, { node: from, kinds, since: null, until: null, limit: AROUND }, wanted);
    }
    return state;
  }

  private off(): void {
    const { session } = this;
    if (session.state.way) session.apply({ ...session.state, way: null }, session.words.say("x_way_off"));
  }
}

function joins(edge: GraphEdge, one: string, other: string): boolean {
  return (edge.source === one && edge.target === other) || (edge.source === other && edge.target === one);
}
