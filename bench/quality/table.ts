import { methods, reference, standard } from "./methods.ts";
import type { Problem } from "./problem.ts";
import type { Results } from "./results.ts";
import { type Comparison, holm, paired } from "./statistics.ts";
import { peer } from "./tuner.ts";

/** What counts as a difference: see protocol.ts. */
export interface Criterion {
  readonly level: number;
  readonly margin: number;
}

interface Cell extends Comparison {
  readonly problem: string;
  readonly column: string;
  /** p after Holm's correction over all cells of all tables. */
  adjusted: number;
}

const INTERVALS = /^interval (÷|×|first|auto)/;
const FINALISTS = ["last value", "soup"] as const;
/** What the automatic interval makes of the first guess that it begins with. */
const CHANGED = "interval auto : interval first";

/** All comparisons of the benchmark, corrected together. */
export function comparisons(results: Results): Cell[] {
  const cells = Object.entries(results.problems).flatMap(([problem, { truths, lastValue, soup }]): Cell[] => {
    const base = truths[reference];
    const scores = Object.entries(truths).flatMap(([column, values]) =>
      base === undefined || column === reference
        ? []
        : [{ problem, column, ...paired(values, base), adjusted: 1 }],
    );
    const own = truths[standard];
    const others = [
      ["last value", lastValue],
      ["soup", soup],
    ] as const;
    const choices = others.flatMap(([column, values]) =>
      values === null || own === undefined ? [] : [{ problem, column, ...paired(values, own), adjusted: 1 }],
    );
    const [first, automatic] = [truths["interval first"], truths["interval auto"]];
    const changed =
      first === undefined || automatic === undefined
        ? []
        : [{ problem, column: CHANGED, ...paired(automatic, first), adjusted: 1 }];
    return [...scores, ...changed, ...choices];
  });
  for (const [i, p] of holm(cells.map(({ p }) => p)).entries()) cells[i]!.adjusted = p;
  return cells;
}

/**
 * Tables in Markdown: scores and rules, intervals of the default score, the automatic interval against its first guess, choice
 * among the default score's finalists.
 */
export function tables(
  results: Results,
  problems: readonly Pick<Problem, "name" | "clocks" | "heldOut">[],
  { level, margin }: Criterion,
): string {
  const cells = comparisons(results);
  const shown = problems.filter(({ name }) => results.problems[name] !== undefined);
  const columns = [...Object.keys(methods), peer, ...FINALISTS].filter((name) =>
    cells.some(({ column }) => column === name),
  );
  const percent = (x: number): string => `${x >= 0 ? "+" : "−"}${(100 * Math.abs(x)).toFixed(0)}`;
  const text = (problem: string, column: string): string => {
    const cell = cells.find((one) => one.problem === problem && one.column === column);
    if (cell === undefined) return "—";
    const { difference, margin: half, adjusted } = cell;
    const clear = adjusted < level && Math.abs(difference) > margin;
    return `${percent(difference)} ± ${(100 * half).toFixed(0)}${clear ? (difference < 0 ? " **" : " !!") : ""}`;
  };
  const table = (
    first: readonly string[],
    lead: (problem: (typeof shown)[number]) => string[],
    names: readonly string[],
  ): string =>
    [
      [...first, ...names],
      [...first, ...names].map(() => "---"),
      ...shown
        .filter(({ name }) => names.some((column) => text(name, column) !== "—"))
        .map((problem) => [...lead(problem), ...names.map((column) => text(problem.name, column))]),
    ]
      .map((row) => `| ${row.join(" | ")} |\n`)
      .join("");
  const mean = (problem: string, method: string): string => {
    const values = results.problems[problem]!.truths[method] ?? [];
    return (values.reduce((sum, value) => sum + value, 0) / values.length).toPrecision(3);
  };
  const named = ({ name, heldOut }: (typeof shown)[number]): string =>
    `${name}${heldOut ? " (held out)" : ""}`;
  const intervals = columns.filter((name) => INTERVALS.test(name));
  const finals = FINALISTS.filter((name) => columns.includes(name));
  const scores = columns.filter((name) => !intervals.includes(name) && !finals.some((one) => one === name));
  const { seeds, budget = 1 } = results;
  const parts = [
    `Mean of ln(loss / loss of the reference), in hundredths, ± 95 % interval; ${seeds.length} paired seeds${budget === 1 ? "" : `; ${budget} times the steps`}.\n` +
      `** better, !! worse: significant after Holm over all ${cells.length} cells (level ${level}) and beyond ${100 * margin} %.\n`,
  ];
  if (scores.length > 0) {
    parts.push(
      `Scores and rules. Reference: ${reference}, whose mean loss is in its column.\n\n${table(
        ["problem", "clocks", reference],
        (problem) => [named(problem), problem.clocks, mean(problem.name, reference)],
        scores,
      )}`,
    );
  }
  if (intervals.length > 0) {
    parts.push(
      `Intervals of the default score at equal steps. Reference: ${reference} at the problem's own interval.\n\n${table(
        ["problem"],
        (problem) => [named(problem)],
        [...columns.filter((name) => name === standard), ...intervals],
      )}`,
    );
  }
  if (cells.some(({ column }) => column === CHANGED)) {
    parts.push(
      `The automatic interval. Reference: the interval that it begins with, held fixed.\n\n${table(
        ["problem", "clocks"],
        (problem) => [named(problem), problem.clocks],
        [CHANGED],
      )}`,
    );
  }
  if (finals.length > 0) {
    parts.push(
      `The model that a run of the default score hands over. Reference: the finalist whose fresh evaluations are best.\n\n${table(
        ["problem"],
        (problem) => [named(problem)],
        finals,
      )}`,
    );
  }
  return parts.join("\n");
}
