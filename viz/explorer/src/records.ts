// Source records, asked for when somebody wants to read one.

import type { Actions } from "./actions";
import type { Service } from "./api";
import type { SourceRecord } from "./data";
import { button, facts, make, part } from "./dom";
import type { Words } from "./words";

export class Records {
  private readonly kept = new Map<string, SourceRecord>();
  private readonly byNumber: ReadonlyMap<string, string>;

  constructor(
    private readonly numbers: ReadonlyMap<string, number>, private readonly words: Words,
    private readonly service: Service, private readonly actions: Actions,
  ) {
    this.byNumber = new Map([...numbers].map(([id, number]) => [`#record-${number}`, id]));
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href^='#record-'], .records a") : null;
      const row = link?.closest(".records tr");
      const id = link && this.byNumber.get(row ? `#${row.id}` : link.getAttribute("href") ?? "");
      if (!id) return;
      event.preventDefault();
      void this.open(id);
    });
  }

  /** What came with another answer, so that it need not be asked for again. */
  keep(found: readonly SourceRecord[]): void {
    for (const one of found) this.kept.set(one.id, one);
  }

  button(document: string, about: string): HTMLElement {
    const number = this.numbers.get(document);
    const name = number ? `[${number}]` : document.slice(0, 8);
    return button(this.words.say("x_open_record", { name }), () => void this.open(document, about), { class: "record-open" });
  }

  async open(document: string, about?: string): Promise<void> {
    const found = this.kept.get(document) ?? await this.actions.trying(() => this.service.record(document, about));
    if (!found) return;
    this.kept.set(document, found);
    const { words } = this;
    const number = this.numbers.get(document);
    part("record-body").replaceChildren(
      facts([
        [words.say("x_no"), number ? `[${number}]` : undefined],
        [words.say("x_file"), found.file], [words.say("x_position"), found.position], [words.say("x_source"), found.source],
        [words.say("x_format"), found.format], [words.say("x_loaded"), found.loaded_at], [words.say("x_hash"), make("span", { class: "id" }, found.hash)],
        [words.say("x_withheld"), found.withheld ? words.say("withheld") : undefined],
      ]),
      make("pre", { tabindex: 0, role: "region", "aria-labelledby": "record-title" }, laidOut(found.record)),
      button(words.say("x_close_record"), () => { part("record").hidden = true; }),
    );
    part("record").hidden = false;
    const title = part("record-title");
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "nearest" });
  }
}

/** A record's text, indented where it is JSON; what is no JSON stays as it is. */
function laidOut(record: string): string {
  try {
    const found: unknown = JSON.parse(record);
    return found !== null && typeof found === "object" ? JSON.stringify(found, null, 2) : record;
  } catch {
    return record;
  }
}
