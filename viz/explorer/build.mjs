// Builds ../static/explorer.js from src, with the licence of what is bundled at its head.

import { readFileSync } from "node:fs";
import { build } from "esbuild";

const licence = readFileSync(new URL("node_modules/cytoscape/LICENSE", import.meta.url), "utf8").trim();

await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["src/main.ts"],
  outfile: "../static/explorer.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "ascii",
  legalComments: "inline",
  banner: { js: `/*! Built from viz/explorer. It holds cytoscape.js, under this licence:\n\n${licence}\n*/` },
});
