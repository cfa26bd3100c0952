import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as vite } from "vite";

const modern = ["chrome111", "firefox128", "safari17.5"];

/**
 * How long plugins took is no warning. Of our modules only those that start the page do anything by being loaded, so that
 * the first piece holds no figures.
 */
const rolldown = {
  checks: { pluginTimings: false },
  treeshake: {
    moduleSideEffects: (id) =>
      !/\/src\/.*\.tsx?$/.test(id) || /\/src\/web\/(main|standalone)\.ts$|worker/.test(id),
  },
};

/** The page: src/web/ → dist/web/, twice. Once for the server, in pieces; once as one script for files without a server. */
export async function build({ root }) {
  const source = join(root, "src", "web");
  const target = join(root, "dist", "web");
  const shared = {
    configFile: false,
    root: source,
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  };
  rmSync(target, { recursive: true, force: true });
  await vite({
    ...shared,
    base: "/",
    define: { __STANDALONE__: "false" },
    worker: { format: "es" },
    build: {
      outDir: target,
      emptyOutDir: true,
      target: modern,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000, // a test holds the budget, in bytes on the wire
      rolldownOptions: rolldown,
    },
  });
  await vite({
    ...shared,
    base: "./",
    define: { __STANDALONE__: "true" },
    build: {
      outDir: join(target, "standalone"),
      emptyOutDir: true,
      target: modern,
      modulePreload: false,
      cssCodeSplit: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        ...rolldown,
        input: join(source, "standalone.ts"),
        output: {
          format: "iife",
          entryFileNames: "viewer.js",
          assetFileNames: "viewer[extname]",
          codeSplitting: false,
        },
      },
    },
  });
  writeFileSync(join(target, "viewer.html"), viewerPage(join(target, "standalone")));
  for (const file of ["index.html", "standalone/viewer.js", "standalone/viewer.css"]) {
    if (!existsSync(join(target, file))) throw new Error(`the build of the page made no ${file}`);
  }
}

/** The viewer as one file that a person opens from a disk: it waits for a snapshot, and loads nothing from anywhere. */
function viewerPage(folder) {
  const read = (name) => readFileSync(join(folder, name), "utf8");
  const script = read("viewer.js").replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; connect-src data: blob:; base-uri 'none'; form-action 'none'">
<title>Polytempo viewer</title>
<style>${read("viewer.css").replaceAll("</style", "<\\/style")}</style>
</head>
<body>
<div id="app"><p class="boot">Polytempo viewer …</p></div>
<noscript>The viewer draws runs with JavaScript. Without it: polytempo report.</noscript>
<script>${script}</script>
</body>
</html>
`;
}
