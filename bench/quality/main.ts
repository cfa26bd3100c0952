// npm run bench:quality [-- --working] [--only=PROBLEM,…] [--methods=METHOD,…] [--json > part.json] [--from part.json …]
import { parseArgs } from "node:util";
import { methods, reference, standard } from "./methods.ts";
import type { Problem } from "./problem.ts";
import { level, margin, problems, seeds, workingSeeds } from "./protocol.ts";
import { type Outcomes, readResults, type Results, writeResults } from "./results.ts";
import { simulate } from "./simulate.ts";
import { tables } from "./table.ts";

const { values: flags, positionals } = parseArgs({
  // `--from part-*.json`: the shell hands the others over as words of their own.
  allowPositionals: true,
  options: {
    /** Seeds and problems that rules may be worked on with. */
    working: { type: "boolean", default: false },
    only: { type: "string" },
    methods: { type: "string" },
    /** Prints outcomes in place of the table: parts that `--from` puts together. */
    json: { type: "boolean", default: false },
    from: { type: "string", multiple: true },
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
const wanted = list(flags.methods, Object.keys(methods));
// A part need not hold the reference: another one will.
const names = Object.keys(methods).filter(
  (name) => wanted.includes(name) || (name === reference && !flags.json),
);
const only = list(
  flags.only,
  problems.map(({ name }) => name),
);
const chosen = problems.filter(({ name, heldOut }) => only.includes(name) && !(flags.working && heldOut));
const used = flags.working ? workingSeeds : seeds;

function run(problem: Problem): Outcomes {
  const began = performance.now();
  const all = names.map((name) => {
    const outcomes = used.map((seed) => simulate(problem, methods[name]!, seed));
    return { name, outcomes };
  });
  process.stderr.write(`${problem.name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  const own = all.find(({ name }) => name === standard)?.outcomes ?? [];
  const finals = own.flatMap((outcome) => (outcome.finals === null ? [] : [outcome.finals]));
  const soups = finals.flatMap(({ soup }) => (soup === null ? [] : [soup]));
  return {
    truths: Object.fromEntries(all.map(({ name, outcomes }) => [name, outcomes.map(({ truth }) => truth)])),
    lastValue: finals.length > 0 ? finals.map(({ lastValue }) => lastValue) : null,
    soup: soups.length > 0 ? soups : null,
  };
}

const results: Results =
  flags.from === undefined
    ? { seeds: used, problems: Object.fromEntries(chosen.map((problem) => [problem.name, run(problem)])) }
    : readResults([...flags.from, ...positionals].flatMap((paths) => paths.split(",")));
process.stdout.write(flags.json ? writeResults(results) : tables(results, problems, { level, margin }));
