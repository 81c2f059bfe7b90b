// Elements, made of attributes and texts alone: nothing here reads a text as markup.

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
const SVG = "http://www.w3.org/2000/svg";

function fill<E extends Element>(made: E, attributes: Attributes, children: readonly (Node | string)[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function button(words: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, words);
  made.addEventListener("click", act);
  return made;
}

/** The element of the page that has this id; an error where the page has none. */
export function part<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no part ${id}`);
  return found as E;
}

/** The shape of a role in its colour, as the legend has it. */
export function glyph(look: { glyph: string; colour: string }): SVGElement {
  return svg("svg", { class: "glyph", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    svg("polygon", { points: look.glyph, fill: look.colour }));
}

/** Names with values, one a row; rows without a value are left out. */
export function facts(rows: readonly (readonly [string, string | Node | undefined])[]): HTMLElement {
  const made = make("dl", { class: "told" });
  for (const [name, value] of rows) {
    if (value) made.append(make("dt", {}, name), make("dd", {}, value));
  }
  return made;
}

/** The values of the checked boxes of a name in a form. */
export function checked(form: HTMLFormElement, name: string): string[] {
  const boxes = form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`);
  return [...boxes].filter((one) => one.checked).map((one) => one.value);
}

/** What stands in a field of a form. */
export function field(form: HTMLFormElement, name: string): string {
  const found = form.elements.namedItem(name);
  return found && "value" in found ? String(found.value) : "";
}

export function setField(form: HTMLFormElement, name: string, value: string): void {
  const found = form.elements.namedItem(name);
  if (found && "value" in found) found.value = value;
}
