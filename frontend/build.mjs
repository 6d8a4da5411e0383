// Bundles what the browser runs into webapp/static/dist/, with hashed names and a manifest.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

// Pages: modules that share code, and style sheets. The name is the one asset_url() knows.
const PAGES = {
  app: "frontend/app/app.js",
  "app-style": "frontend/styles/app.css",
  "same-browser": "frontend/public/same-browser.js",
  "public-style": "frontend/styles/public.css",
  "widget-style": "frontend/widget/widget.css",
  "hosted-style": "frontend/styles/hosted.css",
  "poster-style": "frontend/styles/poster.css",
  "preview-style": "frontend/styles/preview.css",
  "preview-light-style": "frontend/styles/preview-light.css",
  "preview-dark-style": "frontend/styles/preview-dark.css",
};

// Scripts for other people's sites: each one file alone, nothing shared.
const EMBED = { widget: "frontend/widget/widget.js" };
// What that script imports when it is needed.
const IMPORTED = {
  "widget-popup": "frontend/widget/popup.js",
  "widget-typos": "frontend/widget/doubting.js",
  "widget-proof": "frontend/widget/proof.js",
};

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = "webapp/static/dist";
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  metafile: true,
  outdir: DIST,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  target: ["chrome123", "firefox128", "safari17.5"],
  legalComments: "none",
};

const EMBEDDED = "es2020";

// A style sheet as the text of a constructable one, which no policy of a site forbids.
const sheetsAsText = {
  name: "sheets-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path), { loader: "css", minify: true, target: COMMON.target });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const written = new Set();

// The sheet of a page has its name: app-style is asked for as app.css.
const plainName = (entry, output) =>
  entry.replace(/-style$/, "") + (output.endsWith(".css") ? ".css" : ".js");

async function bundle(entryPoints, options) {
  if (Object.keys(entryPoints).length === 0) return {};
  const { metafile } = await esbuild.build({ ...COMMON, ...options, entryPoints });
  const names = {};
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    written.add(basename(output));
    const entry = Object.keys(entryPoints).find((key) => entryPoints[key] === entryPoint);
    if (entry) names[plainName(entry, output)] = basename(output);
  }
  return names;
}

async function sprite() {
  const wanted = (await readFile(join(ROOT, "frontend/icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const symbols = await Promise.all(wanted.map(symbol));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  const hash = createHash("sha256").update(svg).digest("hex").slice(0, 8);
  const name = `icons-${hash}.svg`;
  await writeFile(join(ROOT, DIST, name), svg);
  return { "icons.svg": name };
}

async function symbol(name) {
  const file = join(ROOT, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
  const shapes = (await readFile(file, "utf8"))
    .replace(/^[^]*?<svg[^>]*>|<\/svg>[^]*$/g, "")
    .replace(/<path stroke="none"[^>]*\/>/, "")
    .replace(/\s+/g, " ");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
}

async function build() {
  await mkdir(join(ROOT, DIST), { recursive: true });
  const before = await readdir(join(ROOT, DIST));
  const parts = await Promise.all([
    bundle(PAGES, { format: "esm", splitting: true }),
    bundle(EMBED, { format: "iife", target: EMBEDDED, plugins: [sheetsAsText] }),
    bundle(IMPORTED, { format: "esm", target: EMBEDDED, plugins: [sheetsAsText] }),
    sprite(),
  ]);
  const manifest = Object.assign({}, ...parts);
  await writeFile(join(ROOT, DIST, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  const now = new Set([...written, manifest["icons.svg"], "manifest.json"]);
  // The old files go last, so that a page asked for meanwhile finds all of its own.
  await Promise.all(before.filter((name) => !now.has(name)).map((name) => rm(join(ROOT, DIST, name))));
  written.clear();
}

await build();
if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs/promises");
  for await (const _ of watch(join(ROOT, "frontend"), { recursive: true })) {
    await build().catch((error) => console.error(error.message));
  }
}
