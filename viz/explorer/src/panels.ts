// The forms beside the picture: what an expansion asks for, filters, grouping, search.

import type { Actions } from "./actions";
import type { ExpandQuestion } from "./api";
import { button, checked, field, make, part, setField } from "./dom";
import type { Session } from "./session";
import type { Filters, Grouping, Sure } from "./state";

const MOST_FOUND = 20;

export class Panels {
  private readonly filters = part<HTMLFormElement>("filters");
  private readonly expansion = part<HTMLFormElement>("expand-form");

  constructor(private readonly session: Session, private readonly actions: Actions) {
    this.expansion.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.expand();
    });
    this.filters.addEventListener("submit", (event) => event.preventDefault());
    this.filters.addEventListener("change", () => this.actions.filter(this.asked()));
    part("filters-off").addEventListener("click", () => {
      this.filters.reset();
      this.actions.filter(this.asked());
    });
    part<HTMLSelectElement>("group").addEventListener("change", (event) => {
      this.actions.group(((event.target as HTMLSelectElement).value || null) as Grouping | null);
    });
    const search = part<HTMLFormElement>("search-form");
    search.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search(part<HTMLInputElement>("search").value);
    });
    part<HTMLInputElement>("search").addEventListener("input", (event) => {
      if (!(event.target as HTMLInputElement).value) this.search("");
    });
  }

  /** Expand what is chosen, as the form asks for. */
  async expand(): Promise<void> {
    const mark = this.actions.mark();
    const { session } = this;
    if (!mark?.node) return session.say(session.words.say("x_choose_node"));
    if (!this.expansion.reportValidity()) return;
    const kinds = checked(this.expansion, "kind");
    const all = this.expansion.querySelectorAll('input[name="kind"]').length;
    const question: ExpandQuestion = {
      node: mark.id, kinds: kinds.length === all ? null : kinds, since: field(this.expansion, "since") || null,
      until: field(this.expansion, "until") || null, limit: Number(field(this.expansion, "limit")),
    };
    await this.actions.expand(question);
  }

  /** Show the filters and the grouping of the state: they change by undoing, by the timeline and by saved layouts. */
  draw(): void {
    const { filters, grouped } = this.session.state;
    for (const box of this.filters.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      box.checked = !(box.name === "role" ? filters.roles : filters.kinds).has(box.value);
    }
    setField(this.filters, "since", filters.since ?? "");
    setField(this.filters, "until", filters.until ?? "");
    setField(this.filters, "least", filters.least === null ? "" : String(filters.least / 100));
    setField(this.filters, "most", filters.most === null ? "" : String(filters.most / 100));
    for (const one of this.filters.querySelectorAll<HTMLInputElement>("input[name=sure]")) one.checked = one.value === filters.sure;
    part<HTMLSelectElement>("group").value = grouped ?? "";
  }

  private asked(): Filters {
    const out = (name: string): Set<string> => {
      const boxes = [...this.filters.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
      return new Set(boxes.filter((one) => !one.checked).map((one) => one.value));
    };
    const minor = (name: string): number | null => {
      const written = field(this.filters, name);
      return written === "" ? null : Math.round(Number(written) * 100);
    };
    return {
      roles: out("role"), kinds: out("kind"), since: field(this.filters, "since") || null, until: field(this.filters, "until") || null,
      least: minor("least"), most: minor("most"), sure: (checked(this.filters, "sure")[0] ?? "all") as Sure,
    };
  }

  /** Mark what a text is found in, and list it; an empty text ends the search. */
  private search(text: string): void {
    const { session } = this;
    const wanted = text.trim().toLocaleLowerCase();
    const inside = (one: string | undefined): boolean => !!one && one.toLocaleLowerCase().includes(wanted);
    const found = !wanted ? [] : [...session.view.marks.values()].filter((mark) =>
      inside(mark.name) || inside(mark.label) || inside(mark.node?.own_id) || mark.members.some((node) => inside(node.name)));
    session.search(found.map((mark) => mark.id));
    const list = part("search-found");
    list.hidden = !found.length;
    list.replaceChildren(...found.slice(0, MOST_FOUND).map((mark) =>
      make("li", {}, button(mark.name, () => session.choose(mark.id), { class: "plain" }))));
    if (wanted) session.say(session.words.say("x_found_many", { nodes: session.words.counted(found.length, "node") }));
    if (found.length === 1 && found[0]) session.choose(found[0].id);
    else if (found.length) list.querySelector("button")?.focus();
  }
}
