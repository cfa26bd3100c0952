import { readFileSync } from "node:fs";

/** Outcomes of one problem, in the order of the seeds. */
export interface Outcomes {
  /** Truth by method. */
  readonly truths: { readonly [method: string]: readonly number[] };
  /** Truth by other choices among the default score's finalists: null where the product is no model, or cannot be merged. */
  readonly lastValue: readonly number[] | null;
  readonly soup: readonly number[] | null;
}

/** What was run, so that the table can be printed again without running it. */
export interface Results {
  readonly seeds: readonly number[];
  /** Steps in units of each problem's. Default 1. */
  readonly budget?: number;
  readonly problems: { readonly [name: string]: Outcomes };
}

/** Reads parts and puts them together: problems, and methods of the same problem, may come from different ones. */
export function readResults(paths: readonly string[]): Results {
  return paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Results).reduce(merge);
}

function merge(a: Results, b: Results): Results {
  if (a.seeds.join() !== b.seeds.join()) throw new Error("these parts were not run with the same seeds");
  if (a.budget !== b.budget) throw new Error("these parts were not run with the same budget");
  const problems = { ...a.problems };
  for (const [name, outcomes] of Object.entries(b.problems)) {
    const before = problems[name];
    problems[name] =
      before === undefined
        ? outcomes
        : {
            truths: { ...before.truths, ...outcomes.truths },
            lastValue: outcomes.lastValue ?? before.lastValue,
            soup: outcomes.soup ?? before.soup,
          };
  }
  return { ...a, problems };
}

/** The same with these methods alone: a smaller family of comparisons. */
export function select({ problems, ...rest }: Results, names: readonly string[]): Results {
  const chosen = Object.entries(problems).map(([name, { truths }]): [string, Outcomes] => [
    name,
    {
      truths: Object.fromEntries(Object.entries(truths).filter(([method]) => names.includes(method))),
      lastValue: null,
      soup: null,
    },
  ]);
  return { ...rest, problems: Object.fromEntries(chosen) };
}

/** One line per problem; six digits are more than any statement needs. */
export function writeResults({ seeds, budget, problems }: Results): string {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, v: unknown) => (typeof v === "number" ? Number(v.toPrecision(6)) : v));
  const lines = Object.entries(problems).map(([name, outcomes]) => `${text(name)}: ${text(outcomes)}`);
  const times = budget === undefined ? "" : ` "budget": ${budget},`;
  return `{"seeds": ${text(seeds)},${times}\n"problems": {\n${lines.join(",\n")}\n}}\n`;
}
