import { refuse } from "../errors/index.ts";
import { plainNumber } from "../figures/index.ts";
import type { AnyRecipe, Check, Recipe, Run } from "./types.ts";

/** Closes a recipe over its result type, filling parameters that are not given with their initial values. */
export function defineRecipe<P extends Record<string, number>, R>(recipe: Recipe<P, R>): AnyRecipe {
  return {
    name: recipe.name,
    figureId: recipe.figureId,
    title: recipe.title,
    parameters: recipe.parameters,
    prose: recipe.prose,
    async run(given, run: Run) {
      const parameters = fill(recipe, given) as P;
      const result = await recipe.simulate(parameters, run);
      return {
        figure: recipe.figure(result, parameters),
        checks: recipe.checks(result, parameters),
        table: recipe.table(result, parameters),
      };
    },
  };
}

function fill(
  recipe: Pick<AnyRecipe, "name" | "parameters">,
  given: Readonly<Record<string, number>>,
): Record<string, number> {
  const problems: string[] = [];
  const known = Object.keys(recipe.parameters);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      problems.push(`${recipe.name}.${name}: no such parameter. It has: ${known.join(", ") || "none"}`);
    }
  }
  const filled = Object.fromEntries(
    Object.entries(recipe.parameters).map(([name, { initial, low, high, integer }]) => {
      const value = given[name] ?? initial;
      if (!(value >= low && value <= high)) {
        problems.push(`${recipe.name}.${name}: needs a number from ${low} to ${high}, got ${value}`);
      } else if (integer === true && !Number.isInteger(value)) {
        problems.push(`${recipe.name}.${name}: needs an integer, got ${value}`);
      }
      return [name, value];
    }),
  );
  refuse(problems);
  return filled;
}

/** A paragraph's pieces: text, and names of parameters that stand in it as `{eps}`. */
export function prosePieces(
  { parameters }: Pick<AnyRecipe, "parameters">,
  paragraph: string,
): readonly ({ readonly text: string } | { readonly name: string })[] {
  return paragraph
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name !== undefined && Object.hasOwn(parameters, name) ? { name } : { text: part };
    });
}

/** A paragraph with the initial values of its parameters, for pages that do not move. */
export function proseText(recipe: Pick<AnyRecipe, "parameters">, paragraph: string): string {
  return prosePieces(recipe, paragraph)
    .map((piece) => ("text" in piece ? piece.text : plainNumber(recipe.parameters[piece.name]!.initial)))
    .join("");
}

/** What became of a claim; `unclaimed`: nothing was claimed for these parameters. */
export type Verdict = "pass" | "fail" | "unclaimed";

export function verdictOf(check: Check): Verdict {
  if (check.unclaimed !== undefined) return "unclaimed";
  return passes(check) ? "pass" : "fail";
}

/** How many of the claims that are made hold. */
export function tally(checks: readonly Check[]): { readonly passed: number; readonly claimed: number } {
  const verdicts = checks.map(verdictOf);
  return {
    passed: verdicts.filter((verdict) => verdict === "pass").length,
    claimed: verdicts.filter((verdict) => verdict !== "unclaimed").length,
  };
}

/** Whether the value is within its tolerance, or on the right side of its bound; NaN never passes. */
export function passes({ value, reference, tolerance, bound }: Check): boolean {
  if (bound === "least") return value >= reference;
  if (bound === "most") return value <= reference;
  return Math.abs(value - reference) <= tolerance;
}

/** What a check asks for, in a few characters: "0.5 ± 0.1", "≥ 10". */
export function wanted({ reference, tolerance, bound, unclaimed }: Check): string {
  if (unclaimed !== undefined) return `not claimed ${unclaimed}`;
  if (bound === "least") return `≥ ${plainNumber(reference)}`;
  if (bound === "most") return `≤ ${plainNumber(reference)}`;
  return `${plainNumber(reference)} ± ${plainNumber(tolerance)}`;
}

/** A claim that is a limit: at least, or at most, the reference. */
export function atLeast(claim: string, value: number, reference: number, source: string): Check {
  return { claim, value, reference, tolerance: 0, bound: "least", source };
}

/** The reverse of `atLeast`. */
export function atMost(claim: string, value: number, reference: number, source: string): Check {
  return { claim, value, reference, tolerance: 0, bound: "most", source };
}

/** The least-squares slope of log y over log x: a measured order of convergence. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const lx = x.map(Math.log);
  const ly = y.map((v) => Math.log(Math.abs(v)));
  const mx = lx.reduce((a, b) => a + b, 0) / lx.length;
  const my = ly.reduce((a, b) => a + b, 0) / ly.length;
  let sxy = 0;
  let sxx = 0;
  for (let i = 0; i < lx.length; i++) {
    sxy += (lx[i]! - mx) * (ly[i]! - my);
    sxx += (lx[i]! - mx) ** 2;
  }
  return sxy / sxx;
}
