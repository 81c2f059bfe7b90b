// Kept layouts: what is shown as ids and numbers, so that whoever opens one sees of it what they may see.

import type { Actions } from "./actions";
import type { Layout, Service } from "./api";
import { button, make, part } from "./dom";
import type { Session } from "./session";
import * as states from "./state";

const LONGEST_ID = 200;
const MOST_PLACES = 500;

export class Layouts {
  constructor(
    private readonly session: Session, private readonly service: Service, private readonly actions: Actions,
    private readonly first: states.State,
  ) {
    part<HTMLFormElement>("layout-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.keep(part<HTMLInputElement>("layout-name").value.trim());
    });
    part("do-share").addEventListener("click", () => void this.share());
    part<HTMLDetailsElement>("panel-layouts").addEventListener("toggle", () => void this.list());
  }

  /** Open a kept layout: its expansions are asked for again, then all else is put back. */
  async open(id: string): Promise<void> {
    const { session } = this;
    const opened = await this.actions.trying(async () => {
      const found = await this.service.layout(id);
      let state = this.first;
      for (const one of found.layout.expanded) {
        const question = { node: one.node, kinds: one.kinds ?? null, since: one.since ?? null, until: one.until ?? null, limit: one.limit };
        if (state.nodes.has(one.node)) state = await this.actions.grow(state, question);
      }
      return { found, state: restored(state, found.layout, this.session) };
    });
    if (!opened) return;
    const { found, state } = opened;
    session.apply(state, session.words.say("x_layout_opened", { name: found.name }));
    if (found.layout.chosen) session.choose(found.layout.chosen, false);
  }

  private async keep(name: string): Promise<string | null> {
    const { session } = this;
    const kept = await this.actions.trying(() => this.service.save(name, layoutOf(session)));
    if (!kept) return null;
    session.say(session.words.say("x_layout_saved", { name }));
    await this.list();
    return kept.id;
  }

  private async share(): Promise<void> {
    const { session } = this;
    const name = part<HTMLInputElement>("layout-name").value.trim() || session.words.say("x_shared_name", { day: new Date().toISOString().slice(0, 10) });
    const id = await this.keep(name);
    if (!id) return;
    const address = `${location.origin}/layouts/${encodeURIComponent(id)}`;
    const shown = part<HTMLInputElement>("share-address");
    shown.value = address;
    part("share-line").hidden = false;
    const copied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
    if (!copied) shown.select();
    session.say(session.words.say(copied ? "x_copied" : "x_not_copied", { address }));
  }

  private async list(): Promise<void> {
    if (!part<HTMLDetailsElement>("panel-layouts").open) return;
    const { words } = this.session;
    const found = await this.actions.trying(() => this.service.layouts());
    part("layouts").replaceChildren(...(found?.items ?? []).map((one) => make("li", {},
      button(words.say("x_layout_open", { name: one.name }), () => void this.open(one.id)),
      make("span", { class: "note" }, ` ${one.by}, ${one.at.slice(0, 10)} `),
      ...(one.own ? [button(words.say("x_layout_drop", { name: one.name }), () => void this.drop(one.id, one.name))] : []))));
  }

  private async drop(id: string, name: string): Promise<void> {
    const done = await this.actions.trying(async () => {
      await this.service.forget(id);
      return true;
    });
    if (!done) return;
    await this.list();
    this.session.say(this.session.words.say("x_layout_dropped", { name }));
  }
}

function layoutOf(session: Session): Layout {
  const { state, data } = session;
  const { roles, kinds, ...rest } = state.filters;
  const all = roles.size === 0 && kinds.size === 0;
  const shown = [...Object.keys(data.roles).filter((one) => !roles.has(one)), ...Object.keys(data.edges).filter((one) => !kinds.has(one))];
  const came = states.came(state).flatMap((own) => {
    const node = state.nodes.get(own);
    return node ? [[own, [node.x, node.y]] as const] : [];
  });
  const places = new Map([...came.slice(0, MOST_PLACES - Math.min(state.pinned.size, MOST_PLACES)), ...state.pinned]);
  return {
    expanded: state.expansions.map(({ node, kinds: asked, since, until, limit }) => ({ node, kinds: asked, since, until, limit })),
    places: Object.fromEntries([...places].slice(0, MOST_PLACES)),
    pinned: [...state.pinned.keys()],
    hidden: [...state.hidden].filter((own) => own.length <= LONGEST_ID).slice(0, MOST_PLACES),
    filters: { ...rest, kinds: all ? null : shown },
    grouped: state.grouped,
    chosen: session.chosen && session.chosen.length <= LONGEST_ID ? session.chosen : null,
  };
}

/** A state whose expansions were asked for again, with all else that a layout says. */
function restored(state: states.State, layout: Layout, session: Session): states.State {
  const gone = new Set(states.came(state).filter((own) => !(own in layout.places)));
  const kept = states.without(state, gone);
  const { kinds, since, until, least, most, sure } = layout.filters;
  const out = (all: Readonly<Record<string, unknown>>): Set<string> => new Set(kinds ? Object.keys(all).filter((one) => !kinds.includes(one)) : []);
  const pinned = new Map(layout.pinned.flatMap((own) => {
    const place = layout.places[own];
    return place ? [[own, place] as const] : [];
  }));
  const nodes = new Map([...kept.nodes].map(([own, node]) => {
    const place = pinned.has(own) ? undefined : layout.places[own];
    return [own, place ? { ...node, x: place[0], y: place[1] } : node];
  }));
  return {
    ...kept, nodes, pinned, hidden: new Set(layout.hidden),
    filters: {
      roles: out(session.data.roles), kinds: out(session.data.edges), since: since ?? null, until: until ?? null,
      least: least ?? null, most: most ?? null, sure,
    },
    grouped: layout.grouped ?? null, opened: new Set(), way: null,
  };
}
