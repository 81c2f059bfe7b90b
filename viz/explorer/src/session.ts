// What somebody has open: the state with its past and future, what is chosen, and where the keyboard stands.

import type { PageData } from "./data";
import type { State } from "./state";
import { viewOf, type View } from "./view";
import type { Words } from "./words";

interface Step {
  readonly state: State;
  readonly said: string;
}

const MOST_STEPS = 200;

export class Session {
  view: View;
  chosen: string | null = null;
  cursor: string | null = null;
  found: ReadonlySet<string> = new Set();
  start: string | null = null;
  end: string | null = null;
  private past: Step[] = [];
  private future: Step[] = [];
  private readonly drawers: (() => void)[] = [];
  private readonly markers: (() => void)[] = [];

  constructor(
    readonly data: PageData, readonly words: Words, public state: State, readonly say: (said: string) => void,
  ) {
    this.view = viewOf(state, data, words);
  }

  /** Have something called after the picture changed, and something after another thing was chosen. */
  on(draw: () => void, mark: () => void): void {
    this.drawers.push(draw);
    this.markers.push(mark);
  }

  /** Another state, which can be undone; the words say what was done. */
  apply(state: State, said: string): void {
    this.past = [...this.past, { state: this.state, said }].slice(-MOST_STEPS);
    this.future = [];
    this.show(state);
    this.say(`${said} ${this.told()}`);
  }

  undo(): void {
    const step = this.past.pop();
    if (!step) return this.say(this.words.say("x_nothing_undo"));
    this.future.push({ state: this.state, said: step.said });
    this.show(step.state);
    this.say(`${this.words.say("x_undone", { what: step.said })} ${this.told()}`);
  }

  redo(): void {
    const step = this.future.pop();
    if (!step) return this.say(this.words.say("x_nothing_redo"));
    this.past.push({ state: this.state, said: step.said });
    this.show(step.state);
    this.say(`${this.words.say("x_redone", { what: step.said })} ${this.told()}`);
  }

  get steps(): { back: number; on: number } {
    return { back: this.past.length, on: this.future.length };
  }

  choose(id: string | null, told = true): void {
    this.chosen = id && this.has(id) ? id : null;
    if (this.chosen && this.view.marks.has(this.chosen)) this.cursor = this.chosen;
    for (const marked of this.markers) marked();
    if (told) this.say(this.chosen ? this.words.say("x_said_chosen", { name: this.name(this.chosen) }) : this.words.say("x_said_none"));
  }

  /** Have the keyboard stand at a mark, and say which it is. */
  stand(id: string, told = true): void {
    const mark = this.view.marks.get(id);
    if (!mark) return;
    this.cursor = id;
    for (const marked of this.markers) marked();
    if (told) this.say([mark.name, this.words.role(mark.role), this.words.counted(mark.edges, "edge")].join(", "));
  }

  search(ids: readonly string[]): void {
    this.found = new Set(ids);
    for (const marked of this.markers) marked();
  }

  /** What something on the screen is called: a mark's name, or a line with its ends. */
  name(id: string): string {
    const mark = this.view.marks.get(id);
    if (mark) return mark.name;
    const line = this.view.lines.get(id);
    if (!line) return this.state.nodes.get(id)?.name ?? id;
    return `${this.name(line.source)} \u2014 ${this.words.edge(line.kind)} \u2192 ${this.name(line.target)}`;
  }

  has(id: string): boolean {
    return this.view.marks.has(id) || this.view.lines.has(id);
  }

  /** How much is shown, in words. */
  told(): string {
    const { marks, lines, folded } = this.view;
    const shown = this.words.say("x_shown", {
      nodes: this.words.counted(marks.size, "node"), edges: this.words.counted(lines.size, "edge"),
    });
    return folded ? `${shown} ${this.words.say("x_folded")}` : shown;
  }

  private show(state: State): void {
    this.state = state;
    this.view = viewOf(state, this.data, this.words);
    if (this.chosen && !this.has(this.chosen)) this.chosen = null;
    if (this.cursor && !this.view.marks.has(this.cursor)) this.cursor = null;
    for (const draw of this.drawers) draw();
    for (const marked of this.markers) marked();
  }
}
