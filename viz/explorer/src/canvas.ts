// The picture: what cytoscape is told of a view, and what people do to it with a pointer.

import cytoscape, { type Core, type ElementDefinition, type EventObject } from "cytoscape";

import type { PageData, Place } from "./data";
import { look, onColours, repaint } from "./look";
import type { Line, Mark, View } from "./view";

export interface Pointed {
  choose(id: string | null): void;
  moved(id: string, place: Place): void;
  menu(id: string, x: number, y: number): void;
}

export interface Marked {
  readonly chosen: string | null;
  readonly cursor: string | null;
  readonly found: ReadonlySet<string>;
  readonly way: ReadonlySet<string>;
}

export class Canvas {
  private readonly cy: Core;

  constructor(private readonly container: HTMLElement, data: PageData, pointed: Pointed) {
    this.cy = cytoscape({
      container, style: look(data), layout: { name: "preset" }, pixelRatio: 1, minZoom: 0.08, maxZoom: 4,
      boxSelectionEnabled: false, autounselectify: true, selectionType: "single", textureOnViewport: false,
      hideEdgesOnViewport: false, userZoomingEnabled: coarse(),
    });
    onColours(() => repaint(this.cy, data));
    container.addEventListener("focus", () => this.cy.userZoomingEnabled(true));
    container.addEventListener("blur", () => this.cy.userZoomingEnabled(coarse()));
    this.cy.on("tapstart", () => container.focus({ preventScroll: true }));
    this.cy.on("tap", (event: EventObject) => pointed.choose(event.target === this.cy ? null : String(event.target.id())));
    this.cy.on("dragfreeon", "node", (event: EventObject) => {
      const { x, y } = event.target.position() as { x: number; y: number };
      pointed.moved(String(event.target.id()), [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    });
    this.cy.on("cxttap", "node, edge", (event: EventObject) => {
      const at = event.renderedPosition;
      pointed.menu(String(event.target.id()), at.x, at.y);
    });
    this.container.addEventListener("contextmenu", (event) => event.preventDefault());
    new ResizeObserver(() => this.cy.resize()).observe(container);
  }

  /** Draw a view: what is new is added, what is gone is taken away, the rest stays as it is. */
  draw(view: View): void {
    this.cy.batch(() => {
      for (const one of this.cy.elements().toArray()) {
        if (!view.marks.has(one.id()) && !view.lines.has(one.id())) one.remove();
      }
      const fresh: ElementDefinition[] = [];
      for (const mark of view.marks.values()) this.update(mark.id, markOf(mark), fresh);
      const beside = parallel(view.lines);
      for (const line of view.lines.values()) this.update(line.id, lineOf(line, beside), fresh);
      this.cy.add(fresh);
    });
  }

  private update(id: string, wanted: ElementDefinition, fresh: ElementDefinition[]): void {
    let old = this.cy.getElementById(id);
    if (old.nonempty() && old.isEdge() && (old.data("source") !== wanted.data.source || old.data("target") !== wanted.data.target)) {
      old.remove();
      old = this.cy.getElementById(id);
    }
    if (old.empty()) {
      fresh.push(wanted);
      return;
    }
    if (old.data("label") !== wanted.data["label"]) old.data("label", wanted.data["label"]);
    const kept = ["chosen", "cursor", "found", "way", "faint"].filter((name) => old.hasClass(name));
    old.classes([...(wanted.classes as string[]), ...kept]);
    if (wanted.position && old.isNode()) {
      const at = old.position();
      if (at.x !== wanted.position.x || at.y !== wanted.position.y) old.position(wanted.position);
    }
  }

  /** Show what is chosen, where the keyboard stands, what a search found and which way is looked at. */
  mark(marked: Marked): void {
    this.cy.batch(() => {
      for (const one of this.cy.elements().toArray()) {
        const id = one.id();
        one.toggleClass("chosen", id === marked.chosen);
        one.toggleClass("cursor", id === marked.cursor && id !== marked.chosen);
        one.toggleClass("found", marked.found.has(id));
        one.toggleClass("way", marked.way.has(id));
        one.toggleClass("faint", marked.way.size > 0 && !marked.way.has(id) && id !== marked.chosen);
      }
    });
  }

  shown(): { nodes: string[]; edges: string[] } {
    return { nodes: this.cy.nodes().map((one) => one.id()).sort(), edges: this.cy.edges().map((one) => one.id()).sort() };
  }

  /** Where the nodes are, in the drawing and on the screen. */
  places(): Record<string, { x: number; y: number; screenX: number; screenY: number }> {
    const box = this.container.getBoundingClientRect();
    return Object.fromEntries(this.cy.nodes().map((one) => {
      const at = one.renderedPosition();
      return [one.id(), { ...one.position(), screenX: box.x + at.x, screenY: box.y + at.y }];
    }));
  }

  /** Where the middle of an edge is on the screen. */
  middle(id: string): { screenX: number; screenY: number } {
    const box = this.container.getBoundingClientRect();
    const at = this.cy.getElementById(id).renderedBoundingBox({ includeLabels: false });
    return { screenX: box.x + (at.x1 + at.x2) / 2, screenY: box.y + (at.y1 + at.y2) / 2 };
  }

  fit(): void {
    this.cy.fit(undefined, 24);
    if (this.cy.zoom() > 1.25) {
      this.cy.zoom(1.25);
      this.cy.center();
    }
  }

  zoom(by: number): void {
    const level = this.cy.zoom() * by;
    this.cy.zoom({ level, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  pan(x: number, y: number): void {
    this.cy.panBy({ x, y });
  }

  /** Bring something into sight without moving what is in it already. */
  reveal(id: string): void {
    const one = this.cy.getElementById(id);
    if (one.empty()) return;
    const box = one.renderedBoundingBox({ includeLabels: false });
    const inside = box.x1 >= 8 && box.y1 >= 8 && box.x2 <= this.cy.width() - 8 && box.y2 <= this.cy.height() - 8;
    if (!inside) this.cy.center(one);
  }

  png(): string {
    const bg = getComputedStyle(document.body).backgroundColor;
    return this.cy.png({ full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg, output: "base64" });
  }
}

function coarse(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}

function markOf(mark: Mark): ElementDefinition {
  const classes = [`role-${mark.role}`, ...(mark.core ? ["core"] : []), ...(mark.pinned ? ["pinned"] : [])];
  return { group: "nodes", data: { id: mark.id, label: mark.label }, position: { x: mark.place[0], y: mark.place[1] }, classes };
}

function lineOf(line: Line, beside: ReadonlyMap<string, number>): ElementDefinition {
  const classes = [`kind-${line.kind}`];
  if ((beside.get(ends(line)) ?? 0) > 1 || line.source === line.target) classes.push("beside");
  if (line.edges.some((edge) => edge.problem)) classes.push("doubtful");
  return { group: "edges", data: { id: line.id, source: line.source, target: line.target, label: line.label }, classes };
}

function parallel(lines: ReadonlyMap<string, Line>): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines.values()) found.set(ends(line), (found.get(ends(line)) ?? 0) + 1);
  return found;
}

function ends(line: Line): string {
  return line.source < line.target ? `${line.source} ${line.target}` : `${line.target} ${line.source}`;
}
