// How marks and lines are drawn, in the page's own colours.

import type { Core, StylesheetJson } from "cytoscape";

import type { PageData } from "./data";

const FACE = 'system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';

/** A colour of the page as it stands now, as the browser has it. */
function colour(name: string): string {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function look(data: PageData): StylesheetJson {
  const ink = colour("--ink");
  const paper = colour("--paper");
  const faint = colour("--faint");
  const accent = colour("--accent");
  const mark = colour("--mark");
  const roles = Object.entries(data.roles).map(([role, one]) => ({
    selector: `node.role-${role}`,
    style: {
      "background-color": one.colour, "border-color": one.colour, width: one.size * 2, height: one.size * 2,
      ...(one.corners ? { shape: "polygon" as const, "shape-polygon-points": one.corners } : { shape: "ellipse" as const }),
    },
  }));
  const kinds = Object.entries(data.edges).map(([kind, one]) => ({
    selector: `edge.kind-${kind}`,
    style: {
      "line-color": one.colour, "target-arrow-color": one.colour, width: one.width,
      "target-arrow-shape": one.labelled ? "triangle" as const : "none" as const,
      ...(one.dashes.length ? { "line-style": "dashed" as const, "line-dash-pattern": [...one.dashes] } : {}),
    },
  }));
  return [
    {
      selector: "node",
      style: {
        label: "data(label)", "font-family": FACE, "font-size": 12, color: ink, "text-valign": "bottom", "text-margin-y": 3,
        "text-wrap": "wrap", "text-outline-color": paper, "text-outline-width": 2, "border-width": 1,
        "min-zoomed-font-size": 5, "overlay-opacity": 0, "text-max-width": "200px",
      },
    },
    ...roles,
    {
      selector: "node.role-group",
      style: {
        shape: "round-rectangle", width: 46, height: 32, "background-color": paper, "border-color": ink,
        "border-width": 1.5, "border-style": "dashed",
      },
    },
    { selector: "node.role-tender", style: { "font-size": 10, color: faint } },
    { selector: "node.core", style: { "border-width": 2.5, "border-color": ink, "font-size": 14, "font-weight": "bold" } },
    { selector: "node.pinned", style: { "border-style": "dotted", "border-width": 3, "border-color": ink } },
    {
      selector: "edge",
      style: {
        "curve-style": "straight", "arrow-scale": 0.7, "overlay-opacity": 0, opacity: 0.85, label: "data(label)",
        "font-family": FACE, "font-size": 10, color: ink, "text-outline-color": paper, "text-outline-width": 2,
        "min-zoomed-font-size": 7,
      },
    },
    ...kinds,
    { selector: "edge.beside", style: { "curve-style": "bezier", "control-point-step-size": 18 } },
    { selector: "edge.doubtful", style: { "line-style": "dotted", "line-color": mark, "target-arrow-color": mark } },
    { selector: ".faint", style: { opacity: 0.2 } },
    { selector: ".found", style: { "underlay-color": mark, "underlay-opacity": 0.35, "underlay-padding": 6 } },
    { selector: ".way", style: { "underlay-color": accent, "underlay-opacity": 0.35, "underlay-padding": 5 } },
    { selector: "edge.way", style: { opacity: 1, width: 3, "underlay-padding": 2 } },
    { selector: ".cursor", style: { "underlay-color": faint, "underlay-opacity": 0.5, "underlay-padding": 9 } },
    { selector: ".chosen", style: { "underlay-color": accent, "underlay-opacity": 0.75, "underlay-padding": 7, opacity: 1 } },
    { selector: "edge.chosen", style: { width: 3.5, "underlay-padding": 2 } },
  ];
}

/** Call for another look whenever the page's colours change: by the reader's theme, the device's, or for print. */
export function onColours(repaint: () => void): void {
  for (const query of ["(prefers-color-scheme: dark)", "print"]) window.matchMedia(query).addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}

export function repaint(cy: Core, data: PageData): void {
  cy.style(look(data));
}
