import { type Columns, compareFigure, type Figure } from "../figures/index.ts";
import type { CompareMeta, ComparedRun } from "../server/index.ts";
import { valuesOf } from "./ask.ts";
import { bibtex } from "./bibtex.ts";
import { type Block, heading, type Report, text } from "./blocks.ts";
import { count, date, number, shown } from "./numbers.ts";
import type { ReportContext } from "./runReport.ts";

/** Several runs side by side: results first, then the curves, then where their settings differ. */
export function compareReport(compared: Columns<CompareMeta>, { version, nowMs }: ReportContext): Report {
  const { runs, refusal, differences } = compared.meta;
  const metrics = [...new Set(runs.map(({ metric }) => `${metric.name} (${metric.mode})`))];
  const names = [...new Set(runs.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const blocks: Block[] = [
    heading(1, `Compared: ${runs.map(({ run }) => run).join(", ")}`),
    text(`${date(nowMs)} · Polytempo ${version}`, "quiet"),
    heading(2, "Answer", "answer"),
    text(answerOf(compared.meta), "answer"),
    ...compared.meta.caveats.map((caveat) => text(caveat, "warning")),
    {
      kind: "table",
      caption: "Results",
      head: [
        "run",
        metrics.length === 1 ? `best ${metrics[0]!}` : "best",
        "at step",
        "winner evaluated anew",
        "median at the end",
        "difference of medians (90 %)",
        "members",
        "steps paid",
        ...names,
        "state",
      ],
      rows: runs.map((run) => [
        run.run,
        metrics.length === 1 ? number(run.best) : `${number(run.best)} ${run.metric.name}`,
        run.bestStep === null ? "–" : count(run.bestStep),
        run.again === null
          ? "–"
          : run.again.interval === null
            ? number(run.again.mean)
            : `${number(run.again.mean)} (${number(run.again.interval[0])} … ${number(run.again.interval[1])})`,
        number(run.finalValues[Math.floor((run.finalValues.length - 1) / 2)]),
        run.difference === null
          ? "–"
          : `${signed(run.difference.estimate)} (${signed(run.difference.low)} … ${signed(run.difference.high)})`,
        String(run.members),
        count(run.memberSteps),
        ...names.map((name) => shown(run.hyperparameters[name])),
        run.phase,
      ]),
    },
    heading(2, "Evidence", "evidence"),
    ...(refusal === null ? figuresOf(compared) : [text(refusal, "warning")]),
    heading(2, "Method", "method"),
    differences.length === 0
      ? text("The runs have the same settings.")
      : {
          kind: "table",
          caption: "Where the settings differ",
          head: ["setting", ...runs.map(({ run }) => run)],
          rows: differences.map(({ path, values }) => [path, ...values.map((value) => value ?? "–")]),
        },
    heading(3, "To cite"),
    { kind: "code", language: "bibtex", text: bibtex(version, new Date(nowMs).getUTCFullYear()) },
  ];
  return { title: `${runs.map(({ run }) => run).join(", ")} · Polytempo comparison`, blocks };
}

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
    : `${first.run} has the best ${first.metric.name}, ${number(first.best)} at step ${count(first.bestStep ?? 0)}${behind}. Not every winner was evaluated anew: these are the best of many noisy values, and flatter.`;
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
