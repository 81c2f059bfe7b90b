// What is shown, as a file that the browser makes: nothing that is hidden or filtered out is in it.

import type { Canvas } from "./canvas";
import { make } from "./dom";
import type { Session } from "./session";
import type { Line, Mark } from "./view";

type Row = Readonly<Record<string, string | number | boolean | null>>;

const XML: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;" };
/** What a spreadsheet would read as a formula, full-width signs as well. */
const FORMULA = /^[=+\-@\t\r\0\uff1d\uff0b\uff0d\uff20]/;

export function save(form: string, session: Session, canvas: Canvas): void {
  const nodes = [...session.view.marks.values()].map(nodeRow);
  const edges = [...session.view.lines.values()].map(edgeRow);
  const name = `${session.data.case}.shown`;
  if (form === "json") send(`${name}.json`, "application/json", JSON.stringify({ case: session.data.case, nodes, edges }, null, 1));
  else if (form === "graphml") send(`${name}.graphml`, "application/graphml+xml", graphml(nodes, edges));
  else if (form === "csv") {
    send(`${name}.nodes.csv`, "text/csv", csv(nodes));
    send(`${name}.edges.csv`, "text/csv", csv(edges));
  } else {
    const bytes = Uint8Array.from(atob(canvas.png()), (one) => one.charCodeAt(0));
    send(`${name}.png`, "image/png", bytes);
  }
  session.say(session.words.say("x_exported", { form: form.toUpperCase() }));
}

function nodeRow(mark: Mark): Row {
  const node = mark.node;
  return {
    id: mark.id, name: mark.name, role: mark.role, kind: node?.kind ?? "group", core: mark.core, members: mark.members.length,
    own_id: node?.own_id ?? null, region: node?.region ?? null, day: node?.day ?? null, amount_minor: node?.amount_minor ?? null,
    currency: node?.currency ?? null, problem: node?.problem ?? null, document: node?.document ?? null,
    x: Math.round(mark.place[0] * 10) / 10, y: Math.round(mark.place[1] * 10) / 10,
  };
}

function edgeRow(line: Line): Row {
  const edge = line.edges.length === 1 ? line.edges[0] : undefined;
  return {
    id: line.id, source: line.source, kind: line.kind, target: line.target, edges: line.edges.length, since: edge?.since ?? null,
    until: edge?.until ?? null, share_min: edge?.share_min ?? null, share_max: edge?.share_max ?? null,
    role: edge?.role ?? null, position: edge?.position ?? null, relation: edge?.relation ?? null, amount_minor: edge?.amount_minor ?? null,
    currency: edge?.currency ?? null, won: edge?.won ?? null, problem: edge?.problem ?? null, document: edge?.document ?? null,
  };
}

function csv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (value: Row[string] | undefined): string => {
    const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.join(","), ...rows.map((row) => names.map((name) => cell(row[name])).join(","))].map((line) => `${line}\r\n`).join("");
}

function graphml(nodes: readonly Row[], edges: readonly Row[]): string {
  const xml = (text: string): string => text.replace(/[<>&"']/g, (one) => XML[one] ?? one);
  const keys = (rows: readonly Row[], of: string): string => Object.keys(rows[0] ?? {}).filter((name) => !["id", "source", "target"].includes(name))
    .map((name) => `<key id="${of}-${name}" for="${of}" attr.name="${name}" attr.type="string"/>`).join("\n");
  const data = (row: Row, of: string): string => Object.entries(row).filter(([name, value]) => value !== null && !["id", "source", "target"].includes(name))
    .map(([name, value]) => `<data key="${of}-${name}">${xml(String(value))}</data>`).join("");
  const drawn = [
    ...nodes.map((row) => `<node id="${xml(String(row["id"]))}">${data(row, "node")}</node>`),
    ...edges.map((row) => `<edge id="${xml(String(row["id"]))}" source="${xml(String(row["source"]))}" target="${xml(String(row["target"]))}">${data(row, "edge")}</edge>`),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${keys(nodes, "node")}\n${keys(edges, "edge")}\n<graph edgedefault="directed">\n${drawn.join("\n")}\n</graph>\n</graphml>\n`;
}

function send(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
