// What people wrote about nodes and edges, for those who work on the case.

import type { Actions } from "./actions";
import { Refused, type Note, type Service } from "./api";
import { button, make } from "./dom";
import type { Session } from "./session";

export class Notes {
  private items: readonly Note[] = [];
  private version = 0;
  private redraw: () => void = () => undefined;

  constructor(
    private readonly session: Session, private readonly service: Service, private readonly actions: Actions,
  ) {}

  async load(redraw: () => void): Promise<void> {
    this.redraw = redraw;
    if (!this.session.data.works) return;
    const found = await this.actions.trying(() => this.service.notes());
    if (!found) return;
    this.items = found.items;
    this.version = found.version;
    redraw();
  }

  /** The notes about something, and the form for another one, at the end of a panel. */
  draw(panel: HTMLElement, about: string): void {
    const { words, data } = this.session;
    if (!data.works) return;
    const own = this.items.filter((one) => one.about === about);
    panel.append(make("h3", {}, words.say("x_notes")));
    panel.append(make("ul", { class: "notes" }, ...own.map((one) =>
      make("li", {}, make("p", { class: "said" }, one.text), make("span", { class: "note" }, `${one.by}, ${one.at.slice(0, 10)}`)))));
    const text = make("textarea", { id: "note-text", rows: 2, maxlength: 2000, "aria-keyshortcuts": "n" });
    panel.append(make("label", { for: "note-text" }, words.say("x_note")), text,
      button(words.say("x_note_add"), () => void this.add(text, about), { id: "do-note" }));
  }

  private async add(text: HTMLTextAreaElement, about: string): Promise<void> {
    const written = text.value.trim();
    if (!written) return text.focus();
    const { words } = this.session;
    const done = await this.actions.trying(async () => {
      try {
        await this.service.note(this.version, written, about);
        return true;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 409) throw error;
        const fresh = await this.service.notes();
        await this.service.note(fresh.version, written, about);
        return true;
      }
    });
    if (!done) return;
    await this.load(this.redraw);
    this.session.say(words.say("x_noted"));
  }
}
