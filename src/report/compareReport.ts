import { category, type Columns, compareFigure, type Figure } from "../figures/index.ts";
import type { CompareMeta, ComparedRun } from "../server/index.ts";
import { valuesOf } from "./ask.ts";
import { bibtex } from "./bibtex.ts";
import { type Block, heading, type Report, text } from "./blocks.ts";
import { count, date, number, shown } from "./numbers.ts";
import type { ReportContext } from "./runReport.ts";

/** Several runs side by side: results first, then the curves, then where their settings differ. */
export function compareReport(compared: Columns<CompareMeta>, { version, nowMs }: ReportContext): Report {
  const { runs, refusal, differences } = compared.meta;
  const names = [...new Set(runs.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const blocks: Block[] = [
    heading(1, `Compared: ${runs.map(({ run }) => run).join(", ")}`),
    text(`${date(nowMs)} · Polytempo ${version}`, "quiet"),
    heading(2, "Answer", "answer"),
    text(answerOf(compared.meta), "answer"),
    ...compared.meta.caveats.map((caveat) => text(caveat, "warning")),
    resultsOf(compared.meta),
    ...(names.length === 0 ? [] : [winnersOf(runs, names)]),
    heading(2, "Evidence", "evidence"),
    ...(refusal === null ? figuresOf(compared) : [text(refusal, "warning")]),
    heading(2, "Method", "method"),
    differences.length === 0
      ? text("The runs have the same settings.")
      : across(
          "Where the settings differ",
          "setting",
          runs,
          differences.map(({ path, values }) => [path, ...values.map((value) => value ?? "–")]),
        ),
    heading(3, "To cite"),
    { kind: "code", language: "bibtex", text: bibtex(version, new Date(nowMs).getUTCFullYear()) },
  ];
  return { title: `${runs.map(({ run }) => run).join(", ")} · Polytempo comparison`, blocks };
}

/** A table with a column for each run: two to eight fit beside each other, whatever is told of them. */
const across = (
  caption: string,
  what: string,
  runs: readonly ComparedRun[],
  rows: readonly (readonly string[])[],
): Block => ({
  kind: "table",
  caption,
  head: [what, ...runs.map(({ run }) => run)],
  rows,
  across: true,
  colours: [null, ...runs.map((_, i) => category(i))],
});

function resultsOf({ runs }: CompareMeta): Block {
  const metrics = [...new Set(runs.map(({ metric }) => `${metric.name} (${metric.mode})`))];
  const row = (name: string, of: (run: ComparedRun) => string): string[] => [name, ...runs.map(of)];
  const between = (
    [low, high]: readonly [number, number],
    write: (value: number) => string = number,
  ): string => `(${write(low)} … ${write(high)})`;
  return across("Results", "", runs, [
    ...(metrics.length === 1 ? [] : [row("metric", ({ metric }) => `${metric.name} (${metric.mode})`)]),
    row(metrics.length === 1 ? `best ${metrics[0]!}` : "best", ({ best }) => number(best)),
    row("at step", ({ bestStep }) => (bestStep === null ? "–" : count(bestStep))),
    row("winner evaluated anew (95\u00a0%)", ({ again }) =>
      again === null
        ? "–"
        : again.interval === null
          ? number(again.mean)
          : `${number(again.mean)} ${between(again.interval)}`,
    ),
    row("median at the end", (run) => number(run.median)),
    row(`difference of medians to ${runs[0]?.run ?? "the first"} (90\u00a0%)`, ({ difference }) =>
      difference === null
        ? "–"
        : `${signed(difference.estimate)} ${between([difference.low, difference.high], signed)}`,
    ),
    row("members", ({ members }) => count(members)),
    row("steps paid", ({ memberSteps }) => count(memberSteps)),
    row("state", ({ phase }) => phase),
  ]);
}

const winnersOf = (runs: readonly ComparedRun[], names: readonly string[]): Block =>
  across(
    "Hyperparameters of the best of each run",
    "hyperparameter",
    runs,
    names.map((name) => [name, ...runs.map(({ hyperparameters }) => shown(hyperparameters[name]))]),
  );

const signed = (value: number): string => (value > 0 ? `+${number(value)}` : number(value));

/** Ranked by fresh evaluations where every run has them; otherwise by what was selected, which the sentence says. */
function answerOf({ runs, refusal }: CompareMeta): string {
  if (refusal !== null) return refusal;
  const fresh = runs.every(({ again }) => again !== null);
  const value = ({ best, again }: ComparedRun): number | null => (fresh ? again!.mean : best);
  const sign = runs[0]?.metric.mode === "max" ? 1 : -1;
  const known = runs.filter((run) => value(run) !== null).toSorted((a, b) => sign * (value(b)! - value(a)!));
  const [first, second] = known;
  if (first === undefined) return "No run has a value yet.";
  const behind = second === undefined ? "" : `; next is ${second.run} with ${number(value(second))}`;
  return fresh
    ? `The winner of ${first.run} has the best ${first.metric.name} when the runs' winners are evaluated anew, ${number(value(first))}${behind}.`
    : `${first.run} has the best ${first.metric.name}, ${number(first.best)} at step ${count(first.bestStep ?? 0)}${behind}. ${runs.some(({ again }) => again !== null) ? "Not every" : "No"} winner was evaluated anew: these are the best of many noisy values, and flatter.`;
}

function figuresOf(compared: Columns<CompareMeta>): Block[] {
  const { runs } = compared.meta;
  const { levels } = compared.meta;
  const [low, high] = [levels.indexOf(0.25), levels.indexOf(0.75)];
  const rows = (i: number, level: number): ArrayLike<number> => {
    const values = valuesOf(compared, `quantiles${i}`);
    const px = valuesOf(compared, "x").length;
    return Array.from({ length: px }, (_, p) => values[level * px + p] ?? Number.NaN);
  };
  const metric = runs[0]!.metric.name;
  const figure = (id: string, made: Figure): Block => ({ kind: "figure", id, figure: made });
  const summary = runs.map(({ run, best }) => `${run} ${number(best)}`).join(", ");
  return [
    figure(
      "by-step",
      compareFigure({
        title: "By step",
        caption: `Best ${metric} so far (lines) and the middle half of the members (bands): ${summary}.`,
        xLabel: "step",
        yLabel: metric,
        fans: true,
        runs: runs.map(({ run }, i) => ({
          name: run,
          x: valuesOf(compared, "x"),
          best: valuesOf(compared, `bestSoFar${i}`),
          low: rows(i, low),
          high: rows(i, high),
        })),
      }),
    ),
    figure(
      "by-cost",
      compareFigure({
        title: "By what was paid",
        caption: `Best ${metric} so far against the steps of all members together: ${runs.map(({ run, memberSteps }) => `${run} ${count(memberSteps)} steps`).join(", ")}.`,
        xLabel: "steps over all members",
        yLabel: metric,
        fans: false,
        runs: runs.map(({ run }, i) => ({
          name: run,
          x: valuesOf(compared, "evaluations"),
          best: valuesOf(compared, `bestByEvaluations${i}`),
          low: [],
          high: [],
        })),
      }),
    ),
  ];
}
