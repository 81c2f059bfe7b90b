// What is chosen, explained: a node with what ties it, an edge with its source record, a group with its members.

import type { GraphEdge } from "./data";
import { button, facts, glyph, make, part } from "./dom";
import type { Notes } from "./notes";
import type { Records } from "./records";
import type { Session } from "./session";
import type { Line, Mark } from "./view";
import { money } from "./words";

const MOST_LISTED = 60;

export class Explanation {
  private last = "";

  constructor(
    private readonly session: Session, private readonly records: Records, private readonly notes: Notes,
  ) {}

  draw(): void {
    const { chosen, view } = this.session;
    const mark = view.marks.get(chosen ?? "");
    const line = view.lines.get(chosen ?? "");
    const box = part("chosen");
    box.hidden = !mark && !line;
    if (chosen !== this.last) part("record").hidden = true;
    const body = part("chosen-body");
    if (mark) body.replaceChildren(...(mark.node ? this.node(mark) : this.group(mark)));
    else if (line) body.replaceChildren(...this.line(line));
    else body.replaceChildren();
    if (chosen && (mark || line)) this.notes.draw(body, chosen);
    if (chosen && chosen !== this.last) {
      const panel = box.closest<HTMLElement>(".evidence");
      if (panel) panel.scrollTop = 0;
    }
    this.last = chosen ?? "";
  }

  private node(mark: Mark): Node[] {
    const { words, data, view } = this.session;
    const node = mark.node;
    if (!node) return [];
    const look = data.roles[mark.role];
    const address = node.kind === "Tender" ? `/tenders/${encodeURIComponent(node.id)}`
      : node.kind === "Contact" ? "" : `/entities/${encodeURIComponent(node.id)}`;
    const name = address ? make("a", { href: address }, mark.name) : mark.name;
    const lines = [...view.lines.values()].filter((one) => one.source === mark.id || one.target === mark.id);
    return [
      make("p", { class: "who" }, ...(look ? [glyph(look), " "] : []), make("strong", {}, name), ` ${words.role(mark.role)}`),
      facts([
        [words.say("x_fact_id"), node.own_id], [words.say("x_fact_type"), words.known(`kind_${node.type ?? ""}`) ?? (node.kind === "Contact" ? node.type : undefined)],
        [words.say("x_fact_region"), node.region], [words.say("x_fact_status"), node.status],
        [words.say("x_fact_registered"), node.registered], [words.say("x_fact_dissolved"), node.dissolved],
        [words.say("x_fact_day"), node.day], [words.say("x_fact_category"), node.category],
        [words.say("x_fact_amount"), node.amount_minor === undefined ? undefined : money(node.amount_minor, node.currency)],
        [words.say("x_fact_problem"), node.problem],
        [words.say("x_record_of"), node.document ? this.records.button(node.document, node.id) : undefined],
      ]),
      this.expansions(mark),
      make("h3", {}, words.counted(lines.length, "edge")),
      make("ul", { class: "ties" }, ...lines.slice(0, MOST_LISTED).map((one) => this.tie(one, mark.id))),
      ...(lines.length > MOST_LISTED ? [make("p", { class: "note" }, words.say("x_and_more", { n: lines.length - MOST_LISTED }))] : []),
    ];
  }

  private expansions(mark: Mark): Node {
    const { state, words } = this.session;
    const own = state.expansions.filter((one) => one.node === mark.id);
    const left = own.reduce((sum, one) => sum + one.more, 0);
    if (!own.length) return make("p", { class: "note" }, words.say("x_not_expanded"));
    const added = own.reduce((sum, one) => sum + one.added.length, 0);
    return make("p", { class: "note" }, words.say("x_expanded_by", { n: added, more: left }));
  }

  private tie(line: Line, from: string): Node {
    const { words } = this.session;
    const other = line.source === from ? line.target : line.source;
    const arrow = line.source === from ? "\u2192" : "\u2190";
    const edge = line.edges[0];
    const detail = edge && line.edges.length === 1 ? [words.detail(edge), words.span(edge.since, edge.until)].filter(Boolean).join(", ") : line.label;
    return make("li", {},
      button(`${words.edge(line.kind)} ${arrow} ${this.session.name(other)}`, () => this.session.choose(line.id), { class: "plain" }),
      " ", make("span", { class: "note" }, detail));
  }

  private line(line: Line): Node[] {
    const ends = (["source", "target"] as const).map((end) =>
      button(this.session.name(line[end]), () => this.session.choose(line[end]), { class: "plain" }));
    const [source, target] = ends;
    return [
      make("p", { class: "who" }, source ?? "", make("span", {}, ` ${this.session.words.edge(line.kind)} \u2192 `), target ?? ""),
      ...line.edges.slice(0, MOST_LISTED).map((edge) => this.edge(edge)),
    ];
  }

  private edge(edge: GraphEdge): Node {
    const { words } = this.session;
    const won = edge.kind === "BID" ? words.say(edge.won ? "x_bid_won" : edge.valid === false ? "x_bid_invalid" : "x_bid_lost") : undefined;
    return facts([
      [words.say("x_detail"), words.detail(edge)], [words.say("x_fact_interest"), edge.interest],
      [words.say("x_when"), words.span(edge.since, edge.until)], [words.say("x_fact_bid"), won],
      [words.say("x_fact_problem"), edge.problem],
      [words.say("x_record_of"), edge.document ? this.records.button(edge.document, edge.id) : words.say("x_unnamed")],
    ]);
  }

  private group(mark: Mark): Node[] {
    const { words } = this.session;
    return [
      make("p", { class: "who" }, make("strong", {}, mark.name)),
      make("p", { class: "note" }, words.say("x_group_help")),
      make("ul", { class: "ties" }, ...mark.members.slice(0, MOST_LISTED).map((node) => make("li", {}, node.name))),
      ...(mark.members.length > MOST_LISTED ? [make("p", { class: "note" }, words.say("x_and_more", { n: mark.members.length - MOST_LISTED }))] : []),
    ];
  }
}
