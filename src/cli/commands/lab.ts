import { accessSync, constants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../../errors/index.ts";
import { wasm } from "../../executors/index.ts";
import { figureSvg, plainNumber } from "../../figures/index.ts";
import {
  type AnyRecipe,
  type Chapter,
  type Check,
  labPage,
  passes,
  tally,
  verdictOf,
  recipes,
  type Table,
  wanted,
} from "../../lab/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { csvLine } from "../text/csv.ts";
import { ascii, paint } from "../text/style.ts";
import { padEnd } from "../text/width.ts";
import { nearest } from "../text/suggest.ts";
import { print, type World } from "../world.ts";

export const lab: Implementation<"lab"> = async ({ values, words }, world) => {
  const [what, name] = words;
  if (what === "list") return list(world, values.json);
  const run = { quick: values.quick, seed: values.seed ?? 1 };
  if (what === "all") {
    if (values.set.length > 0) throw new UsageError("polytempo lab all: --set is for `lab run NAME`");
    const directory = resolve(world.cwd, values.out ?? "lab");
    prepare("--out", join(directory, "index.html"));
    const chapters: Chapter[] = [];
    for (const recipe of recipes) {
      const outcome = await simulate(recipe, {}, run, world);
      chapters.push({ recipe, outcome });
      save(join(directory, `${recipe.name}.svg`), figureSvg(outcome.figure));
      save(join(directory, `${recipe.name}.csv`), csv(outcome.table));
      report(world, { recipe, outcome }, values.json, "brief");
    }
    save(join(directory, "index.html"), labPage(chapters, run));
    const failed = chapters.flatMap(({ outcome }) => outcome.checks).filter(isMissed).length;
    if (!values.json) print(world.out, ["", `page    ${join(values.out ?? "lab", "index.html")}`]);
    return failed > 0 ? exitCodes.requirement : exitCodes.done;
  }
  const recipe = find(name);
  const path = (file: string): string => resolve(world.cwd, file);
  for (const kind of ["svg", "png", "csv"] as const) {
    if (values[kind] !== undefined) prepare(`--${kind}`, path(values[kind]));
  }
  const chapter = { recipe, outcome: await simulate(recipe, settings(values.set), run, world) };
  const { figure, table, checks } = chapter.outcome;
  if (values.svg !== undefined) save(path(values.svg), figureSvg(figure));
  if (values.png !== undefined) save(path(values.png), await png(figureSvg(figure)));
  if (values.csv !== undefined) save(path(values.csv), csv(table));
  report(world, chapter, values.json, "full");
  return checks.every(passes) ? exitCodes.done : exitCodes.requirement;
};

function find(name: string | undefined): AnyRecipe {
  const names = recipes.map((recipe) => recipe.name);
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  if (name === undefined)
    throw new UsageError(`polytempo lab run: needs a name. One of: ${names.join(", ")}`);
  const near = nearest(name, names);
  throw new UsageError(
    `polytempo lab run: no figure "${name}". ${near === undefined ? "See: polytempo lab list" : `Did you mean ${near}?`}`,
  );
}

function settings(given: readonly string[]): Record<string, number> {
  const problems: string[] = [];
  const entries = given.map((text): [string, number] => {
    const at = text.indexOf("=");
    const value = text.slice(at + 1).trim() === "" ? Number.NaN : Number(text.slice(at + 1));
    if (at < 1 || Number.isNaN(value)) problems.push(`--set: needs NAME=NUMBER, got "${text}"`);
    return [text.slice(0, at).trim(), value];
  });
  if (problems.length > 0) throw new UsageError(problems);
  return Object.fromEntries(entries);
}

async function simulate(
  recipe: AnyRecipe,
  parameters: Record<string, number>,
  run: { readonly quick: boolean; readonly seed: number },
  world: World,
): Promise<Chapter["outcome"]> {
  let shown = -1;
  const progress = (fraction: number): void => {
    const percent = Math.floor(fraction * 20) * 5;
    if (!world.err.isTTY || percent === shown) return;
    shown = percent;
    world.err.write(`\r${recipe.name} ${percent} %   `);
  };
  const outcome = await recipe.run(parameters, { ...run, progress, executor: wasm });
  if (shown >= 0) world.err.write(`\r${" ".repeat(recipe.name.length + 9)}\r`);
  return outcome;
}

function list(world: World, json: boolean): 0 {
  if (json) {
    print(
      world.out,
      recipes.map(({ name, figureId, title, parameters }) =>
        JSON.stringify({ v: 1, type: "recipe", name, figure: figureId, title, parameters }),
      ),
    );
    return exitCodes.done;
  }
  const width = Math.max(...recipes.map(({ name }) => name.length));
  const colours = paint(world.out.style.colour);
  const lines = recipes.flatMap(({ name, figureId, title, parameters }) => [
    `${colours.bold(padEnd(name, width))}  ${padEnd(figureId, 4)}${title}`,
    ...Object.entries(parameters).map(([key, { initial, low, high, label }]) =>
      colours.dim(
        `${" ".repeat(width + 6)}--set ${key}=${plainNumber(initial)}  (${plainNumber(low)} … ${plainNumber(high)}) ${label}`,
      ),
    ),
  ]);
  print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
  return exitCodes.done;
}

function report(world: World, { recipe, outcome }: Chapter, json: boolean, detail: "brief" | "full"): void {
  const failed = outcome.checks.filter(isMissed);
  const { passed, claimed } = tally(outcome.checks);
  if (json) {
    const checks = outcome.checks.map((check) => ({
      ...check,
      pass: verdictOf(check) === "unclaimed" ? null : passes(check),
    }));
    const record = {
      v: 1,
      type: "figure",
      name: recipe.name,
      figure: recipe.figureId,
      caption: outcome.figure.caption,
      checks,
    };
    print(world.out, [JSON.stringify(record)]);
    return;
  }
  const colours = paint(world.out.style.colour);
  const shown = detail === "full" ? outcome.checks : failed;
  const width = Math.min(76, Math.max(0, ...shown.map(({ claim }) => claim.length)));
  const lines = [
    `${failed.length === 0 ? colours.green("✓") : colours.red("✗")} ${padEnd(recipe.name, 16)} ${passed} of ${claimed} checks pass`,
    ...(detail === "full" ? ["", outcome.figure.caption, ""] : []),
    ...shown.map((check) => {
      const verdict = verdictOf(check);
      const mark =
        verdict === "pass" ? colours.green("✓") : verdict === "fail" ? colours.red("✗") : colours.dim("–");
      return `  ${mark} ${padEnd(check.claim, width)}  ${plainNumber(check.value)}  (${check.source}: ${wanted(check)})`;
    }),
  ];
  print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
}

/** Only a claim that was made can be missed. */
const isMissed = (check: Check): boolean => verdictOf(check) === "fail";

function csv({ columns, rows }: Table): string {
  return [csvLine(columns), ...rows.map((row) => csvLine(row))].join("\n").concat("\n");
}

/** Makes sure, before anything is computed, that a file can be written there. */
function prepare(flag: string, file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`${flag}: cannot write to ${dirname(file)} (${reason}); give another path`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`${flag}: ${file} is a directory; give the name of a file`);
}

function save(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Pixels at twice the size, by the optional package @resvg/resvg-js. */
async function png(svg: string): Promise<Uint8Array> {
  const resvg = await import("@resvg/resvg-js").catch(() => null);
  if (resvg === null) {
    throw new UsageError(
      "--png: needs the optional package @resvg/resvg-js (npm install @resvg/resvg-js), or use --svg",
    );
  }
  const font = { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" };
  return new resvg.Resvg(svg, { fitTo: { mode: "zoom", value: 2 }, font }).render().asPng();
}
