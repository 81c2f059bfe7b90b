// What can be done to the picture: each makes another state, and says so.

import { Refused, type ExpandQuestion, type Service } from "./api";
import type { Place } from "./data";
import type { Session } from "./session";
import * as states from "./state";
import { MOST, viewOf, type Mark } from "./view";

/** So many nodes may come by expansions: the service is told of no more. */
const MOST_CAME = 500;

export class Actions {
  constructor(private readonly session: Session, private readonly service: Service) {}

  async expand(question: ExpandQuestion): Promise<void> {
    const { session } = this;
    const name = session.name(question.node);
    const room = MOST_CAME - states.came(session.state).length;
    if (room <= 0) return session.say(session.words.say("x_too_many", { n: MOST_CAME }));
    session.say(session.words.say("x_expanding", { name }));
    const grown = await this.trying(() => this.grow(session.state, { ...question, limit: Math.min(question.limit, room) }));
    if (!grown) return;
    const one = grown.expansions.at(-1);
    const added = one?.added.length ?? 0;
    const left = one?.more ? ` ${session.words.say(one.truncated ? "x_left_least" : "x_left", { n: one.more })}` : "";
    if (!added) {
      session.say(session.words.say("x_expanded_none", { name }) + left);
      return;
    }
    session.apply(grown, session.words.say("x_expanded", { name, nodes: session.words.counted(added, "node") }) + left);
  }

  /** A state with what is around a node; of it only some nodes, where these are named. */
  async grow(state: states.State, question: ExpandQuestion, only: ReadonlySet<string> | null = null): Promise<states.State> {
    const came = states.came(state);
    const node = state.nodes.get(question.node);
    const own = came.includes(question.node) && node ? ([node.x, node.y] as const) : null;
    const taken = came.map((one) => state.nodes.get(one)).filter((one) => one !== undefined).map((one) => [one.x, one.y] as const);
    const found = await this.service.expand(question, came, taken, own);
    return states.grown(state, question, found, this.session.data.becomes, only);
  }

  /** Go on with the last expansion of what is chosen that left something out. */
  async more(): Promise<void> {
    const mark = this.mark();
    const last = mark && states.unfinished(this.session.state, mark.id);
    if (!last) {
      this.session.say(this.session.words.say(mark ? "x_no_more" : "x_choose_node"));
      return;
    }
    const { node, kinds, since, until, limit } = last;
    await this.expand({ node, kinds, since, until, limit });
  }

  collapse(): void {
    const mark = this.mark();
    if (!mark) return this.needNode();
    const next = states.collapsed(this.session.state, mark.id);
    const { session } = this;
    if (next === session.state) return session.say(session.words.say("x_collapsed_none", { name: mark.name }));
    session.apply(next, session.words.say("x_collapsed", { name: mark.name }));
  }

  hide(): void {
    const { session } = this;
    const id = session.chosen ?? session.cursor;
    if (!id) return session.say(session.words.say("x_choose"));
    const mark = session.view.marks.get(id);
    const line = session.view.lines.get(id);
    const ids = mark ? (mark.node ? [id] : mark.members.map((node) => node.id)) : line?.edges.map((edge) => edge.id) ?? [];
    const beside = mark && nearby(session, mark);
    session.apply(states.hid(session.state, ids), session.words.say("x_hid", { name: session.name(id) }));
    if (beside) session.stand(beside, false);
  }

  show(): void {
    const { session } = this;
    if (!session.state.hidden.size) return session.say(session.words.say("x_none_hidden"));
    session.apply({ ...session.state, hidden: new Set() }, session.words.say("x_showed", { n: session.state.hidden.size }));
  }

  /** Pin what is chosen where it stands, or let it go back to its own place. */
  pin(): void {
    const mark = this.mark();
    if (!mark) return this.needNode();
    const { session } = this;
    const place = mark.pinned ? null : mark.place;
    session.apply(states.pin(session.state, mark.id, place), session.words.say(place ? "x_pinned_now" : "x_unpinned", { name: mark.name }));
  }

  move(id: string, place: Place): void {
    const { session } = this;
    session.apply(states.pin(session.state, id, place), session.words.say("x_moved", { name: session.name(id) }));
  }

  nudge(x: number, y: number): void {
    const mark = this.mark();
    if (mark) this.move(mark.id, [mark.place[0] + x, mark.place[1] + y]);
  }

  /** Open a group, or close the groups again that hold what is chosen. */
  open(): void {
    const mark = this.mark();
    const { session } = this;
    if (mark?.members.length) {
      const next = { ...session.state, opened: states.toggled(session.state.opened, mark.id) };
      if (viewOf(next, session.data, session.words).marks.has(mark.id)) return session.say(session.words.say("x_too_many", { n: MOST }));
      return session.apply(next, session.words.say("x_opened", { name: mark.name }));
    }
    if (!session.state.opened.size) return session.say(session.words.say("x_no_group"));
    session.apply({ ...session.state, opened: new Set() }, session.words.say("x_closed"));
  }

  filter(filters: states.Filters): void {
    this.session.apply({ ...this.session.state, filters }, this.session.words.say("x_filtered"));
  }

  group(grouped: states.Grouping | null): void {
    const { session } = this;
    const said = grouped ? session.words.say("x_grouped", { by: session.words.say(`x_group_${grouped}`) }) : session.words.say("x_ungrouped");
    session.apply({ ...session.state, grouped, opened: new Set() }, said);
  }

  /** Take what is chosen as the start or the end of a way. */
  take(end: "start" | "end"): void {
    const mark = this.mark();
    const { session } = this;
    if (!mark?.node || !["Organisation", "Person"].includes(mark.node.kind)) return session.say(session.words.say("x_choose_party"));
    session[end] = mark.id;
    session.say(session.words.say(`x_said_${end}`, { name: mark.name }));
  }

  /** The mark that is chosen, or else the one where the keyboard stands. */
  mark(): Mark | undefined {
    const { chosen, cursor, view } = this.session;
    return view.marks.get(chosen ?? "") ?? (chosen ? undefined : view.marks.get(cursor ?? ""));
  }

  /** What a question to the service gives; its refusal is said, and gives nothing. */
  async trying<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      const why = error instanceof Refused ? error.message : this.session.words.say("x_unreachable");
      this.session.say(this.session.words.say("x_failed", { why }));
      return null;
    }
  }

  private needNode(): void {
    this.session.say(this.session.words.say("x_choose_node"));
  }
}

/** The mark nearest to another one, where the keyboard goes on when that one leaves. */
function nearby(session: Session, mark: Mark): string | undefined {
  const far = (one: Mark): number => Math.hypot(one.place[0] - mark.place[0], one.place[1] - mark.place[1]);
  return [...session.view.marks.values()].filter((one) => one !== mark).sort((a, b) => far(a) - far(b))[0]?.id;
}
