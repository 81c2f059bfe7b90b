// The explorer of a case: puts the parts together.

import { Actions } from "./actions";
import { Refused, Service } from "./api";
import { Canvas } from "./canvas";
import { pageData, recordNumbers } from "./data";
import { button, part } from "./dom";
import { Explanation } from "./explain";
import { save } from "./exports";
import { Keyboard, nearest, nextLine, type Key } from "./keys";
import { Layouts } from "./layouts";
import { Notes } from "./notes";
import { Panels } from "./panels";
import { Records } from "./records";
import { Session } from "./session";
import { begun } from "./state";
import { Timeline } from "./timeline";
import { Twin } from "./twin";
import { Ways } from "./ways";
import { Words } from "./words";

const STEP = 20;

async function start(): Promise<void> {
  const data = pageData();
  const words = new Words(data);
  const service = new Service(data.case);
  const say = (said: string): void => { part("said").textContent = said; };
  part("picture-wait").hidden = false;
  let graph;
  try {
    graph = await service.graph();
  } catch (error) {
    const why = error instanceof Refused ? error.message : words.say("x_unreachable");
    part("picture-wait").textContent = words.say("x_failed", { why });
    return;
  }
  const first = begun(graph, data.becomes);
  const session = new Session(data, words, first, say);
  const actions = new Actions(session, service);
  const picture = part("picture");
  picture.hidden = false;
  for (const id of ["tools", "zoom", "picture-help"]) part(id).hidden = false;
  part("picture-wait").hidden = true;

  const canvas = new Canvas(picture, data, {
    choose: (id) => session.choose(id),
    moved: (id, place) => actions.move(id, place),
    menu: (id, x, y) => menu(id, x, y),
  });
  const numbers = recordNumbers();
  const records = new Records(numbers, words, service, actions);
  const notes = new Notes(session, service, actions);
  const explanation = new Explanation(session, records, notes);
  const twin = new Twin(data, words, numbers, (id) => session.choose(id));
  const panels = new Panels(session, actions);
  const timeline = new Timeline(session, (filters) => actions.filter(filters));
  const ways = new Ways(session, service, actions, records);
  const layouts = new Layouts(session, service, actions, first);

  let came = 0;
  function draw(): void {
    canvas.draw(session.view);
    const { expansions } = session.state;
    if (expansions.length > came) canvas.keepInSight(expansions.at(-1)?.added ?? []);
    came = expansions.length;
    twin.draw(session.view);
    timeline.draw();
    panels.draw();
    ways.draw();
    const { back, on } = session.steps;
    part<HTMLButtonElement>("do-undo").disabled = back === 0;
    part<HTMLButtonElement>("do-redo").disabled = on === 0;
    part("do-show").textContent = words.say("x_show_n", { n: session.state.hidden.size });
  }

  function mark(): void {
    const way = session.state.way;
    const { chosen, cursor, found } = session;
    canvas.mark({ chosen, cursor, found, way: new Set(way ? [...way.nodes, ...way.edges] : []) });
    if (chosen ?? cursor) canvas.reveal(chosen ?? cursor ?? "");
    twin.mark(chosen);
    explanation.draw();
    part("menu").hidden = true;
  }

  function menu(id: string, x: number, y: number): void {
    session.choose(id);
    const box = part("menu");
    const wanted = session.view.marks.has(id) ? ["expand", "more", "collapse", "hide", "pin", "open", "start", "end"] : ["hide"];
    box.replaceChildren(...wanted.map((name) => button(part(`do-${name}`).textContent ?? "", () => {
      box.hidden = true;
      acts[name]?.();
      picture.focus({ preventScroll: true });
    })));
    box.style.left = `${Math.max(0, Math.min(x, picture.clientWidth - 160))}px`;
    box.style.top = `${y}px`;
    box.hidden = false;
    box.querySelector("button")?.focus();
  }

  const help = part<HTMLDialogElement>("help");
  const acts: Record<string, () => void> = {
    undo: () => session.undo(), redo: () => session.redo(), larger: () => canvas.zoom(1.25), smaller: () => canvas.zoom(0.8),
    fit: () => canvas.fit(), help: () => help.showModal(), expand: () => void panels.expand(), more: () => void actions.more(),
    collapse: () => actions.collapse(), hide: () => actions.hide(), show: () => actions.show(), pin: () => actions.pin(),
    open: () => actions.open(), start: () => { actions.take("start"); ways.draw(); }, end: () => { actions.take("end"); ways.draw(); },
  };
  for (const [name, act] of Object.entries(acts)) part(`do-${name}`).addEventListener("click", act);
  for (const form of ["png", "csv", "graphml", "json"]) part(`export-${form}`).addEventListener("click", () => save(form, session, canvas));

  const act = (name: string): (() => void) => acts[name] ?? (() => undefined);
  const go = (x: number, y: number) => (): void => {
    const found = nearest(session, x, y);
    if (found) session.stand(found.id);
  };
  const line = (by: 1 | -1) => (): void => {
    const found = nextLine(session, by);
    if (found) session.choose(found);
    else session.say(words.say("x_choose_node"));
  };
  const reach = (id: string, panel?: string) => (): void => {
    if (panel) part<HTMLDetailsElement>(panel).open = true;
    part(id).focus();
  };
  const record = (): void => {
    const document = explanationButton();
    if (document) document.click();
    else session.say(words.say("x_unnamed"));
  };
  const note = (): void => document.getElementById("note-text")?.focus();
  const twinRow = (): void => document.querySelector<HTMLElement>("#nodes tbody button[tabindex='0']")?.focus();
  const leave = (): void => {
    if (!part("menu").hidden) part("menu").hidden = true;
    else session.choose(null);
    picture.focus({ preventScroll: true });
  };
  const choose = (): void => session.choose(session.cursor);
  const keys: Key[] = [
    { keys: ["ArrowLeft"], said: "\u2190", words: "x_key_left", act: go(-1, 0), inside: true },
    { keys: ["ArrowRight"], said: "\u2192", words: "x_key_right", act: go(1, 0), inside: true },
    { keys: ["ArrowUp"], said: "\u2191", words: "x_key_up", act: go(0, -1), inside: true },
    { keys: ["ArrowDown"], said: "\u2193", words: "x_key_down", act: go(0, 1), inside: true },
    { keys: ["Enter", " "], said: "Enter", words: "x_key_choose", act: choose, inside: true },
    { keys: ["."], said: ".", words: "x_key_next", act: line(1) }, { keys: [","], said: ",", words: "x_key_before", act: line(-1) },
    { keys: ["Escape"], said: "Esc", words: "x_key_leave", act: leave },
    { keys: ["e"], said: "e", words: "x_expand", act: act("expand") }, { keys: ["m"], said: "m", words: "x_more", act: act("more") },
    { keys: ["c"], said: "c", words: "x_collapse", act: act("collapse") }, { keys: ["h", "Delete"], said: "h", words: "x_hide", act: act("hide") },
    { keys: ["u"], said: "u", words: "x_show", act: act("show") }, { keys: ["i"], said: "i", words: "x_pin", act: act("pin") },
    { keys: ["Shift+ArrowLeft"], said: "Shift+\u2190", words: "x_key_move", act: () => actions.nudge(-STEP, 0), inside: true },
    { keys: ["Shift+ArrowRight"], said: "Shift+\u2192", words: "x_key_move", act: () => actions.nudge(STEP, 0), inside: true },
    { keys: ["Shift+ArrowUp"], said: "Shift+\u2191", words: "x_key_move", act: () => actions.nudge(0, -STEP), inside: true },
    { keys: ["Shift+ArrowDown"], said: "Shift+\u2193", words: "x_key_move", act: () => actions.nudge(0, STEP), inside: true },
    { keys: ["o"], said: "o", words: "x_open", act: act("open") }, { keys: ["g"], said: "g", words: "x_group", act: reach("group") },
    { keys: ["a"], said: "a", words: "x_start", act: act("start") }, { keys: ["b"], said: "b", words: "x_end", act: act("end") },
    { keys: ["p"], said: "p", words: "x_way_find", act: () => ways.open() }, { keys: ["s"], said: "s", words: "x_key_record", act: record },
    { keys: ["z", "Control+z"], said: "z", words: "x_undo", act: act("undo") },
    { keys: ["y", "Control+y", "Control+Shift+z"], said: "y", words: "x_redo", act: act("redo") },
    { keys: ["/"], said: "/", words: "x_search", act: reach("search") }, { keys: ["f"], said: "f", words: "x_panel_filters", act: openFirst("panel-filters") },
    { keys: ["r"], said: "r", words: "x_timeline", act: reach("time-from") }, { keys: ["t"], said: "t", words: "x_key_twin", act: twinRow },
    { keys: ["v"], said: "v", words: "x_key_picture", act: () => picture.focus() }, { keys: ["n"], said: "n", words: "x_key_note", act: note },
    { keys: ["l"], said: "l", words: "x_panel_layouts", act: reach("layout-name", "panel-layouts") },
    { keys: ["x"], said: "x", words: "x_panel_export", act: openFirst("panel-export") },
    { keys: ["+", "="], said: "+", words: "x_larger", act: act("larger") }, { keys: ["-"], said: "-", words: "x_smaller", act: act("smaller") },
    { keys: ["0"], said: "0", words: "x_fit", act: act("fit") }, { keys: ["?"], said: "?", words: "x_help", act: act("help") },
  ];
  new Keyboard(session, keys, picture);

  session.on(draw, mark);
  canvas.draw(session.view);
  canvas.fit();
  (window as unknown as { bidring: unknown }).bidring = {
    shown: () => canvas.shown(), places: () => canvas.places(), middle: (id: string) => canvas.middle(id),
    chosen: () => session.chosen, cursor: () => session.cursor
  };
  const painted = await new Promise<number>((done) => { canvas.painted(() => done(performance.now())); });
  draw(); // the tables take as long as the picture: they follow it
  session.say(session.told());
  part("explorer").dataset["drawn"] = String(Math.round(painted));
  await notes.load(() => explanation.draw());
  if (data.layout) await layouts.open(data.layout);
}

function openFirst(id: string): () => void {
  return () => {
    const panel = part<HTMLDetailsElement>(id);
    panel.open = true;
    panel.querySelector<HTMLElement>(".panel input, .panel button, .panel select")?.focus();
  };
}

function explanationButton(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#chosen-body .record-open");
}

void start();
