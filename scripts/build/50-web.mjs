import { existsSync, rmSync } from "node:fs";
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
  for (const file of ["index.html", "standalone/viewer.js", "standalone/viewer.css"]) {
    if (!existsSync(join(target, file))) throw new Error(`the build of the page made no ${file}`);
  }
}
