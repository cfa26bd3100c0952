// npm run bench:quality [-- --working] [--only=PROBLEM,…] [--methods=METHOD,…] [--json > part.json] [--from part.json …]
//   [--budget=8] [--python=PATH --json > peer.json]
import { parseArgs } from "node:util";
import { methods, reference, standard } from "./methods.ts";
import type { Problem } from "./problem.ts";
import { level, margin, problems, seeds, workingSeeds } from "./protocol.ts";
import { type Outcomes, readResults, type Results, select, writeResults } from "./results.ts";
import { simulate } from "./simulate.ts";
import { tables } from "./table.ts";
import { peer, simulateTuner, startTuner, type Tuner } from "./tuner.ts";

const { values: flags, positionals } = parseArgs({
  // `--from part-*.json`: the shell hands the others over as words of their own.
  allowPositionals: true,
  options: {
    /** Seeds and problems that rules may be worked on with. */
    working: { type: "boolean", default: false },
    only: { type: "string" },
    methods: { type: "string" },
    /** So many times the steps: shorter intervals are then within reach. A table of its own. */
    budget: { type: "string", default: "1" },
    /** Prints outcomes in place of the table: parts that `--from` puts together. */
    json: { type: "boolean", default: false },
    from: { type: "string", multiple: true },
    /** A Python that has optuna: runs it, for a column of its own. */
    python: { type: "string" },
  },
});

const list = (flag: string | undefined, known: readonly string[]): readonly string[] => {
  const names = flag?.split(",") ?? known;
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    process.stderr.write(
      `bench quality: there is no ${strange.join(", ")}; there are: ${known.join(", ")}\n`,
    );
    process.exit(2);
  }
  return names;
};
const wanted = list(flags.methods, [...Object.keys(methods), peer]);
const only = list(
  flags.only,
  problems.map(({ name }) => name),
);
const chosen = problems.filter(({ name, heldOut }) => only.includes(name) && !(flags.working && heldOut));
const budget = Number(flags.budget);
const used = flags.working ? workingSeeds : seeds;
// A part need not hold the reference, another one will; the peer's part holds nothing else.
const names = Object.keys(methods).filter(
  (name) =>
    (wanted.includes(name) && (flags.python === undefined || flags.methods !== undefined)) ||
    (name === reference && !flags.json),
);

async function run(usual: Problem, tuner: Tuner | null): Promise<Outcomes> {
  const problem = { ...usual, generations: budget * usual.generations };
  const began = performance.now();
  const all = names.map((name) => {
    const outcomes = used.map((seed) => simulate(problem, methods[name]!, seed));
    return { name, outcomes };
  });
  const truths = Object.fromEntries(
    all.map(({ name, outcomes }) => [name, outcomes.map(({ truth }) => truth)]),
  );
  if (tuner !== null) {
    const found: number[] = [];
    for (const seed of used) found.push(await simulateTuner(problem, tuner, seed));
    truths[peer] = found;
  }
  process.stderr.write(`${problem.name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  const own = all.find(({ name }) => name === standard)?.outcomes ?? [];
  const finals = own.flatMap((outcome) => (outcome.finals === null ? [] : [outcome.finals]));
  const soups = finals.flatMap(({ soup }) => (soup === null ? [] : [soup]));
  return {
    truths,
    lastValue: finals.length > 0 ? finals.map(({ lastValue }) => lastValue) : null,
    soup: soups.length > 0 ? soups : null,
  };
}

async function runAll(): Promise<Results> {
  const tuner = flags.python === undefined ? null : await startTuner(flags.python);
  if (typeof tuner === "string") {
    process.stderr.write(`bench quality: ${peer} does not join: ${tuner}\n`);
    process.exit(1);
  }
  if (tuner !== null) process.stderr.write(`${peer}: optuna ${tuner.version}\n`);
  const outcomes: Record<string, Outcomes> = {};
  for (const problem of chosen) outcomes[problem.name] = await run(problem, tuner);
  tuner?.close();
  return { seeds: used, ...(budget === 1 ? {} : { budget }), problems: outcomes };
}

const results =
  flags.from === undefined
    ? await runAll()
    : readResults([...flags.from, ...positionals].flatMap((paths) => paths.split(",")));
const shown =
  flags.from === undefined || flags.methods === undefined ? results : select(results, [reference, ...wanted]);
process.stdout.write(flags.json ? writeResults(shown) : tables(shown, problems, { level, margin }));
