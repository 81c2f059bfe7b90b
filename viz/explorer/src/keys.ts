// The keyboard: a key for everything, and moving from node to node in the picture.

import type { Place } from "./data";
import { make, part } from "./dom";
import type { Session } from "./session";
import type { Mark } from "./view";

export interface Key {
  readonly keys: readonly string[];
  readonly said: string;
  readonly words: string;
  readonly act: () => void;
  /** Whether it works in the picture alone. */
  readonly inside?: boolean;
}

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select";
const OFF = "bidring.keys";

export class Keyboard {
  private readonly byKey = new Map<string, Key>();

  constructor(session: Session, keys: readonly Key[], private readonly picture: HTMLElement) {
    for (const one of keys) for (const key of one.keys) this.byKey.set(key, one);
    part<HTMLTableElement>("keys").tBodies[0]?.replaceChildren(...keys.map((one) =>
      make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, one.said)), make("td", {}, session.words.say(one.words)))));
    const on = part<HTMLInputElement>("keys-on");
    on.checked = localStorage.getItem(OFF) !== "off";
    on.addEventListener("change", () => localStorage.setItem(OFF, on.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.pressed(event, on.checked));
  }

  private pressed(event: KeyboardEvent, single: boolean): void {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.matches(TYPING)) return;
    const control = event.ctrlKey || event.metaKey;
    const name = `${control ? "Control+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key.length > 1 ? event.key : lower(event, control)}`;
    const found = this.byKey.get(name);
    if (!found) return;
    const inside = at === this.picture;
    if (found.inside && !inside) return;
    if (!found.inside && !control && !single && !inside) return;
    event.preventDefault();
    found.act();
  }
}

function lower(event: KeyboardEvent, control: boolean): string {
  return control && event.shiftKey ? `Shift+${event.key.toLowerCase()}` : event.key;
}

/** The mark nearest to another in a direction; the one nearest to the middle where there is no other. */
export function nearest(session: Session, x: number, y: number): Mark | undefined {
  const marks = [...session.view.marks.values()];
  const from = session.view.marks.get(session.cursor ?? "");
  if (!from) {
    const middle = marks.reduce<[number, number]>((sum, one) => [sum[0] + one.place[0] / marks.length, sum[1] + one.place[1] / marks.length], [0, 0]);
    return least(marks, (one) => Math.hypot(...apart(middle, one.place)));
  }
  const ahead = marks.filter((one) => one !== from && along(from.place, one.place, x, y) > 0);
  return least(ahead, (one) => {
    const [dx, dy] = apart(from.place, one.place);
    const forward = dx * x + dy * y;
    return forward + 2.5 * Math.hypot(dx - forward * x, dy - forward * y);
  });
}

function apart(from: Place, to: Place): [number, number] {
  return [to[0] - from[0], to[1] - from[1]];
}

function along(from: Place, to: Place, x: number, y: number): number {
  const [dx, dy] = apart(from, to);
  return dx * x + dy * y;
}

function least<T>(among: readonly T[], weight: (one: T) => number): T | undefined {
  let best: T | undefined;
  let lowest = Infinity;
  for (const one of among) {
    const own = weight(one);
    if (own < lowest) [best, lowest] = [one, own];
  }
  return best;
}

/** The next line of the mark where the keyboard stands, after the one that is chosen. */
export function nextLine(session: Session, by: 1 | -1): string | undefined {
  const own = session.cursor;
  const lines = [...session.view.lines.values()].filter((one) => one.source === own || one.target === own).map((one) => one.id);
  if (!lines.length) return undefined;
  const at = lines.indexOf(session.chosen ?? "");
  return lines[at < 0 ? (by > 0 ? 0 : lines.length - 1) : (at + by + lines.length) % lines.length];
}
