import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const src = join(root, "src");

/** Importable by every folder. */
const common = ["errors", "math", "random"];

/** `a: [b, …]` reads "a imports b". Nothing else is allowed. `types:b` = only `import type`. */
const allowed: Record<string, readonly string[]> = {
  errors: [],
  math: [],
  random: [],
  space: [],
  tensor: [],
  optim: ["tensor"],
  nets: ["tensor", "optim"],
  population: ["space"],
  theory: ["population", "optim", "nets", "tensor", "space"],
  figures: ["types:population", "types:theory", "types:store"],
  lab: ["theory", "population", "figures", "space", "nets", "optim", "tensor"],
  executors: ["tensor", "optim", "nets"],
  store: ["types:population", "types:space"],
  engine: ["population", "space", "store", "types:trainers"],
  trainers: ["engine", "population", "space", "tensor", "executors", "optim", "nets", "types:store"],
  report: ["server", "store", "figures", "population", "space"],
  server: ["store", "figures", "population", "space", "engine"],
  web: [
    "figures",
    "lab",
    "theory",
    "executors",
    "types:server",
    "types:store",
    "types:population",
    "types:space",
  ],
  testing: ["population", "space", "tensor", "optim", "executors", "engine", "trainers", "store"],
  cli: ["*"],
  index: ["*"],
};

const pure = [
  "errors",
  "math",
  "random",
  "space",
  "population",
  "optim",
  "tensor",
  "nets",
  "theory",
  "figures",
  "lab",
];

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["assembly", "fixtures", "golden"].includes(entry.name) ? [] : files(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function imports(path: string): Import[] {
  const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const found: Import[] = [];
  const statement = /^(?:import|export)\s+(type\s+)?(?:([\s\S]*?)\s+from\s+)?["']([^"']+)["']/gm;
  for (const [, type, names, target] of text.matchAll(statement)) {
    const named = names?.match(/^\{([\s\S]*)\}$/);
    const everyNameIsType =
      named !== null &&
      named !== undefined &&
      named[1]!
        .split(",")
        .filter((name) => name.trim() !== "")
        .every((name) => name.trim().startsWith("type "));
    found.push({ target: target!, typeOnly: type !== undefined || everyNameIsType });
  }
  for (const [, target] of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push({ target: target!, typeOnly: false });
  }
  return found;
}

const folderOf = (path: string): string => {
  const parts = relative(src, path).split(sep);
  return parts.length === 1 ? parts[0]!.replace(/\.tsx?$/, "") : parts[0]!;
};

const isTest = (path: string): boolean => /\.(test|long)\.tsx?$/.test(path);
const sources = files(src);
const modules = sources.filter((path) => !isTest(path));

describe("architecture", () => {
  it("lets each folder import only what the table allows, and from other folders only their index", () => {
    const problems: string[] = [];
    for (const path of modules) {
      const from = folderOf(path);
      const rules = allowed[from];
      if (rules === undefined) problems.push(`${relative(root, path)}: folder "${from}" is not in the table`);
      for (const { target, typeOnly } of imports(path)) {
        if (!target.startsWith(".")) continue;
        const file = resolve(dirname(path), target);
        const to = folderOf(file);
        if (to === from || rules === undefined) continue;
        const permitted =
          rules.includes("*") ||
          common.includes(to) ||
          rules.includes(to) ||
          (typeOnly && rules.includes(`types:${to}`));
        if (!permitted) problems.push(`${relative(root, path)}: ${from} may not import ${to}`);
        if (!/\/index\.tsx?$/.test(file)) {
          problems.push(`${relative(root, path)}: imports ${relative(src, file)}, not the folder's index.ts`);
        }
      }
    }
    expect(problems).toEqual([]);
  });

  it("keeps node:, clocks and global randomness out of the pure folders", () => {
    const problems: string[] = [];
    for (const path of modules.filter((path) => pure.includes(folderOf(path)))) {
      for (const { target } of imports(path)) {
        if (target.startsWith("node:")) problems.push(`${relative(root, path)}: imports ${target}`);
      }
      const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      const forbidden = text.match(
        /Math\.random|Date\.now|performance\.now|new Date\(|\bprocess\.|\bglobalThis\b/,
      );
      if (forbidden !== null) problems.push(`${relative(root, path)}: uses ${forbidden[0]}`);
    }
    expect(problems).toEqual([]);
  });

  it("has no import cycle between files", () => {
    const graph = new Map<string, string[]>();
    for (const path of modules) {
      const targets = imports(path).filter(({ target, typeOnly }) => target.startsWith(".") && !typeOnly);
      graph.set(
        path,
        targets.map(({ target }) => resolve(dirname(path), target)),
      );
    }
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === "done") return;
      if (state.get(path) === "open") {
        cycles.push(
          [...trail.slice(trail.indexOf(path)), path].map((file) => relative(src, file)).join(" → "),
        );
        return;
      }
      state.set(path, "open");
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      state.set(path, "done");
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it("keeps files short: none over 600 lines, half of them at most 150", () => {
    const lengths = modules.map((path) => ({
      path: relative(root, path),
      lines: readFileSync(path, "utf8").split("\n").length,
    }));
    expect(lengths.filter(({ lines }) => lines > 600)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(150);
  });
});
