// The picture: what cytoscape is told of a view, and what people do to it with a pointer.

import cytoscape, { type Core, type ElementDefinition, type EventObject } from "cytoscape";

import type { PageData, Place } from "./data";
import { look, onColours, repaint } from "./look";
import type { Line, Mark, View } from "./view";

/** What is left beside the outermost marks for their labels. */
const ROOM = 70;

const MARKS = ["chosen", "cursor", "found", "way", "faint"] as const;

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
  private at = "";
  private readonly drawn = new Map<string, string>();
  private readonly marked = new Map<string, Set<string>>();

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
    for (const name of ["pointerenter", "pointerdown"]) container.addEventListener(name, () => this.stand(), { capture: true });
  }

  /** Have cytoscape look where it is on the page, which changes when something above it opens. */
  private stand(): void {
    const { x, y } = this.container.getBoundingClientRect();
    const at = `${x} ${y}`;
    if (at !== this.at) this.cy.resize();
    this.at = at;
  }

  /** Draw a view: what is new is added, what is gone is taken away, what is as it was is not touched. */
  draw(view: View): void {
    this.cy.batch(() => {
      for (const id of [...this.drawn.keys()]) {
        if (view.marks.has(id) || view.lines.has(id)) continue;
        this.cy.getElementById(id).remove();
        this.drawn.delete(id);
      }
      const fresh: ElementDefinition[] = [];
      for (const mark of view.marks.values()) this.update(markOf(mark), fresh);
      const beside = parallel(view.lines);
      for (const line of view.lines.values()) this.update(lineOf(line, beside), fresh);
      this.cy.add(fresh);
    });
    for (const ids of this.marked.values()) for (const id of ids) if (!this.drawn.has(id)) ids.delete(id);
  }

  private update(wanted: ElementDefinition, fresh: ElementDefinition[]): void {
    const id = String(wanted.data.id);
    const said = JSON.stringify([wanted.classes, wanted.data, wanted.position]);
    const before = this.drawn.get(id);
    if (before === said) return;
    this.drawn.set(id, said);
    const old = this.cy.getElementById(id);
    if (old.empty() || (old.isEdge() && (old.data("source") !== wanted.data.source || old.data("target") !== wanted.data.target))) {
      old.remove();
      for (const ids of this.marked.values()) ids.delete(id);
      fresh.push(wanted);
      return;
    }
    old.data("label", wanted.data["label"]);
    const kept = MARKS.filter((name) => old.hasClass(name));
    old.classes([...(wanted.classes as string[]), ...kept]);
    if (wanted.position && old.isNode()) old.position(wanted.position);
  }

  /** Show what is chosen, where the keyboard stands, what a search found and which way is looked at. */
  mark(marked: Marked): void {
    const { chosen, cursor, found, way } = marked;
    const one = (id: string | null): string[] => (id === null ? [] : [id]);
    const faint = way.size ? [...this.drawn.keys()].filter((id) => !way.has(id) && id !== chosen) : [];
    const wanted: Record<(typeof MARKS)[number], Iterable<string>> = {
      chosen: one(chosen), cursor: one(cursor === chosen ? null : cursor), found, way, faint,
    };
    this.cy.batch(() => {
      for (const name of MARKS) {
        const now = new Set([...wanted[name]].filter((id) => this.drawn.has(id)));
        const before = this.marked.get(name) ?? new Set();
        for (const id of before) if (!now.has(id)) this.cy.getElementById(id).removeClass(name);
        for (const id of now) if (!before.has(id)) this.cy.getElementById(id).addClass(name);
        this.marked.set(name, now);
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

  /** Show the whole picture. Marks' places and room for their labels are enough: measuring every label takes long. */
  fit(): void {
    const at = this.cy.nodes().map((one) => one.position());
    if (!at.length) return;
    const [left, right] = [Math.min(...at.map(({ x }) => x)) - ROOM, Math.max(...at.map(({ x }) => x)) + ROOM];
    const [top, bottom] = [Math.min(...at.map(({ y }) => y)) - ROOM / 2, Math.max(...at.map(({ y }) => y)) + ROOM / 2];
    const [width, height] = [this.container.clientWidth, this.container.clientHeight];
    const zoom = Math.min(1.25, Math.max(0.08, Math.min(width / (right - left), height / (bottom - top))));
    this.cy.viewport({ zoom, pan: { x: width / 2 - (zoom * (left + right)) / 2, y: height / 2 - (zoom * (top + bottom)) / 2 } });
  }

  /** Show the whole picture where one of these is out of sight. */
  keepInSight(ids: readonly string[]): void {
    const { x1, y1, x2, y2 } = this.cy.extent();
    const outside = ids.some((id) => {
      const one = this.cy.getElementById(id);
      if (one.empty()) return false;
      const { x, y } = one.position();
      return x < x1 || x > x2 || y < y1 || y > y2;
    });
    if (outside) this.fit();
  }

  /** Call once when the picture was painted. */
  painted(done: () => void): void {
    this.cy.one("render", done);
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
