(function () {
  "use strict";
  var place = document.getElementById("picture");
  var chosen = document.getElementById("chosen");
  var found = JSON.parse(document.getElementById("picture-data").textContent);
  var words = found.words;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var print = window.matchMedia("print");
  var many = found.nodes.length > 60;
  var nodes = new vis.DataSet(), edges = new vis.DataSet();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function node(one) {
    var ink = colour("--ink"), rim = one.core ? ink : one.color;
    return {
      id: one.id, label: one.label, title: one.title, shape: one.shape, size: one.size, x: one.x, y: one.y,
      borderWidth: one.core ? 2.5 : 1, borderWidthSelected: 3,
      color: {background: one.color, border: rim, highlight: {background: one.color, border: ink}},
      font: {
        multi: false, face: "system-ui, sans-serif", color: one.core ? ink : colour("--muted"),
        size: one.core ? 14 : (one.size < 10 ? (many ? 9 : 11) : 12), strokeWidth: 3, strokeColor: colour("--paper"), vadjust: -2
      }
    };
  }

  function edge(one, number) {
    var bend = one.bend || 0;
    return {
      id: number, from: one.from, to: one.to, label: one.label, title: one.title, width: many ? one.width * 0.6 : one.width, dashes: one.dashes,
      arrows: one.arrows ? {to: {enabled: true, scaleFactor: 0.5}} : {to: {enabled: false}},
      smooth: bend ? {enabled: true, type: bend % 2 ? "curvedCW" : "curvedCCW", roundness: 0.12 + 0.08 * bend} : false,
      color: {color: one.color, highlight: one.color, hover: one.color, opacity: many && one.width < 1 ? 0.5 : 0.85},
      font: {
        multi: false, face: "system-ui, sans-serif", size: 11, color: colour("--ink"), strokeWidth: 4,
        strokeColor: colour("--paper"), align: "horizontal"
      }
    };
  }

  function paint() {
    nodes.update(found.nodes.map(node));
    edges.update(found.edges.map(edge));
  }

  function say(picked) {
    var lines = picked.nodes.map(function (id) { return nodes.get(id).title.split("\n").join(" · "); });
    picked.edges.slice(0, 12).forEach(function (id) {
      var one = edges.get(id);
      var ends = [one.from, one.to].map(function (end) { return nodes.get(end).title.split("\n")[0]; });
      lines.push(ends[0] + " — " + one.title.split("\n").join("; ") + " — " + ends[1]);
    });
    if (picked.edges.length > 12) { lines.push(words.more.replace("{n}", picked.edges.length - 12)); }
    chosen.textContent = lines.join("\n");
  }

  function button(text, words, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", words);
    made.addEventListener("click", act);
    return made;
  }

  function openTarget() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }

  paint();
  var touch = window.matchMedia("(pointer: coarse)").matches;
  var network = new vis.Network(place, {nodes: nodes, edges: edges}, {
    physics: false,
    layout: {improvedLayout: false},
    interaction: {hover: false, tooltipDelay: 150, zoomView: touch, dragNodes: true, multiselect: false},
    nodes: {scaling: {label: {drawThreshold: 4}}},
    edges: {scaling: {label: {drawThreshold: 4}}}
  });
  function whole() { network.fit({maxZoomLevel: 1.25}); }
  function zoom(by) { return function () { network.moveTo({scale: network.getScale() * by}); }; }
  var tools = document.createElement("div");
  tools.className = "tools";
  tools.append(button("+", words.larger, zoom(1.3)), button("−", words.smaller, zoom(1 / 1.3)), button(words.whole, words.show_whole, whole));
  place.parentNode.append(tools);
  network.once("afterDrawing", whole);  // only then are labels measured
  chosen.textContent = words.hint;
  network.on("select", say);
  network.on("resize", whole);
  dark.addEventListener("change", paint);
  print.addEventListener("change", paint);
  window.addEventListener("hashchange", openTarget);
  openTarget();
}());
