import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installed, install } from "./installed.ts";

let installed: Installed;
beforeAll(() => {
  installed = install();
});
afterAll(() => installed?.remove());

/** Sub-paths with something that each must have. */
const doors: Readonly<Record<string, string>> = {
  ".": "run",
  "./population": "slowStep",
  "./space": "searchSpace",
  "./random": "stream",
  "./theory": "replicatorMutator",
  "./tensor": "trainingProgram",
  "./nets": "mlp",
  "./optim": "adam",
  "./executors": "wasm",
  "./figures": "figureSvg",
  "./lab": "recipes",
  "./testing": "selectionContract",
};

/** These run in a browser as they are: nothing in what they import knows of Node. */
const pure = [
  "population",
  "space",
  "random",
  "theory",
  "tensor",
  "nets",
  "optim",
  "executors",
  "figures",
  "lab",
];

/** What the modules that a module needs import by name, with the module that does. */
function namesImportedFrom(entry: string, home: string): Map<string, string> {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const statement =
      /^(?:(?:import|export)\s[^"';]*?\sfrom\s|import\s)["']([^"']+)["'];|\bimport\("([^"]+)"\)/gm;
    for (const [, fixed, dynamic] of readFileSync(path, "utf8").matchAll(statement)) {
      const name = fixed ?? dynamic!;
      if (name.startsWith(".")) visit(resolve(dirname(path), name));
      else names.set(name, relative(home, path));
    }
  };
  visit(entry);
  return names;
}

describe("the packed package", () => {
  it("holds the built program, the Python client, the documents, and nothing for its own making", () => {
    const folders = new Set(installed.files.map((path) => path.split("/")[0]));
    expect([...folders].toSorted()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "clients", "dist", "docs", "package.json"].toSorted(),
    );
    const strays = installed.files.filter((path) =>
      /\.(test|long)\.|(^|\/)(tests?|fixtures|golden)(\/|\.)|\.tsx?$(?<!\.d\.ts)|\.map$/.test(path),
    );
    expect(strays).toEqual([]);
    expect(installed.files).toContain("clients/python/polytempo.py");
    // Of which the page of the dashboard, twice, is the larger part.
    expect(installed.packedBytes).toBeLessThan(2.5e6);
  });

  it("has the doors that this test knows, each with its types", () => {
    const { exports } = installed.manifest;
    expect(Object.keys(exports).toSorted()).toEqual([...Object.keys(doors), "./package.json"].toSorted());
    for (const [path, door] of Object.entries(exports)) {
      const targets = typeof door === "string" ? [door] : [door.types, door.default];
      for (const target of targets)
        expect([path, existsSync(join(installed.home, target))]).toEqual([path, true]);
    }
  });

  it("opens each of them in plain Node", () => {
    const names = Object.entries(doors).map(([path, name]) => [path.replace(".", "polytempo"), name]);
    writeFileSync(
      join(installed.folder, "doors.mjs"),
      `for (const [path, name] of ${JSON.stringify(names)}) console.log(path, typeof (await import(path))[name]);`,
    );
    const { code, text } = installed.run(process.execPath, "doors.mjs");
    expect({ code, lines: text.trim().split("\n") }).toEqual({
      code: 0,
      lines: names.map(
        ([path, name]) => `${path} ${name === "recipes" || name === "wasm" ? "object" : "function"}`,
      ),
    });
  });

  it("runs as npx polytempo", () => {
    expect(installed.run("npx", "--no-install", "polytempo", "--version").text).toContain(
      installed.manifest.version,
    );
  });

  it.each(pure)(
    "polytempo/%s imports nothing of Node, and no package but Observable Plot for figures",
    (name) => {
      const entry = join(installed.home, "dist", name, "index.js");
      const names = namesImportedFrom(entry, installed.home);
      const plot = name === "figures" || name === "lab" ? ["@observablehq/plot"] : [];
      expect([...names.keys()]).toEqual(plot);
    },
  );

  it("is bundled for a page, with nothing of Node to be replaced", async () => {
    const { folder } = installed;
    const part = (name: string, index: number): string => `import * as p${index} from "polytempo/${name}";`;
    writeFileSync(
      join(folder, "page.js"),
      `${pure.map(part).join("\n")}\nglobalThis.parts = [${pure.map((_, i) => `p${i}`).join(", ")}];\n`,
    );
    writeFileSync(join(folder, "index.html"), `<script type="module" src="page.js"></script>`);
    const told: string[] = [];
    const note = (message: string): void => void told.push(message);
    await build({
      root: folder,
      configFile: false,
      logLevel: "warn",
      customLogger: {
        info: () => {},
        warn: note,
        warnOnce: note,
        error: note,
        clearScreen: () => {},
        hasErrorLogged: () => false,
        hasWarned: false,
      },
      build: { outDir: join(folder, "bundle"), minify: false, chunkSizeWarningLimit: 10_000 },
    });
    expect(told).toEqual([]);
    expect(existsSync(join(folder, "bundle", "index.html"))).toBe(true);
  });
});
