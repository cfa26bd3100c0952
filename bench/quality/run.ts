// npm run bench:quality [-- --working|--fresh] [--only PROBLEM,…] [--methods METHOD,…] [--json > part.json] [--from part.json,…]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { methods } from "./methods.ts";
import { freshSeeds, level, margin, problems, seeds, workingSeeds } from "./protocol.ts";
import { simulate } from "./simulate.ts";
import { holm, paired } from "./statistics.ts";

const { values: flags } = parseArgs({
  options: {
    working: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    only: { type: "string" },
    methods: { type: "string" },
    json: { type: "boolean", default: false },
    from: { type: "string" },
  },
});

const reference = "instantaneous";
const list = (flag: string | undefined): string[] | null => flag?.split(",") ?? null;
const wanted = list(flags.methods);
const names = Object.keys(methods).filter(
  (name) => name === reference || wanted === null || wanted.includes(name),
);
const only = list(flags.only);
const chosen = problems.filter(
  ({ name, heldOut }) => (only === null || only.includes(name)) && !(flags.working && heldOut),
);
const used = flags.working ? workingSeeds : flags.fresh ? freshSeeds : seeds;

type Truths = Record<string, number[]>;

/** Outcomes that were computed before, in parts, by `--json`. */
const known: Record<string, Truths> = Object.assign(
  {},
  ...(list(flags.from) ?? []).map((path) => JSON.parse(readFileSync(path, "utf8")) as Record<string, Truths>),
);

const table = chosen.flatMap((problem) => {
  const found = known[problem.name];
  if (flags.from !== undefined) return found === undefined ? [] : [{ problem, truths: found }];
  const began = performance.now();
  const truths: Truths = Object.fromEntries(
    names.map((name) => [name, used.map((seed) => simulate(problem, methods[name]!(problem), seed).truth)]),
  );
  process.stderr.write(`${problem.name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  return [{ problem, truths }];
});

const cells = table.flatMap(({ problem, truths }) =>
  names
    .filter((name) => name !== reference)
    .map((name) => ({ problem, name, ...paired(truths[name]!, truths[reference]!) })),
);
const adjusted = holm(cells.map(({ p }) => p));

if (flags.json) {
  const outcomes = Object.fromEntries(table.map(({ problem, truths }) => [problem.name, truths]));
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
} else {
  const percent = (x: number): string => `${x >= 0 ? "+" : "−"}${(100 * Math.abs(x)).toFixed(0)}`;
  const others = names.filter((name) => name !== reference);
  process.stdout.write(
    `Mean of ln(loss / loss of instantaneous selection), in hundredths, ± 95 % interval; ${used.length} paired seeds.\n` +
      `** better, !! worse: significant after Holm over the table (level ${level}) and beyond ${100 * margin} %.\n\n` +
      `| problem | clocks | ${reference} | ${others.join(" | ")} |\n|${"---|".repeat(3 + others.length)}\n`,
  );
  for (const { problem, truths } of table) {
    const own = cells.flatMap((cell, i) =>
      cell.problem === problem ? [{ ...cell, holm: adjusted[i]! }] : [],
    );
    const text = own.map(({ difference, margin: half, holm: p }) => {
      const sign = p < level && Math.abs(difference) > margin ? (difference < 0 ? " **" : " !!") : "";
      return `${percent(difference)} ± ${(100 * half).toFixed(0)}${sign}`;
    });
    const mean = truths[reference]!.reduce((sum, value) => sum + value / used.length, 0);
    process.stdout.write(
      `| ${problem.name}${problem.heldOut ? " (held out)" : ""} | ${problem.clocks} | ${mean.toPrecision(3)} | ${text.join(" | ")} |\n`,
    );
  }
}
