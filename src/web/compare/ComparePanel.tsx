import { useMemo } from "preact/hooks";
import { compareFigure, type Columns } from "../../figures/index.ts";
import type { CompareMeta } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { nearestIndex, valuesOf } from "../data/generations.ts";
import type { Answer } from "../data/query.ts";
import { parameter } from "../state/location.ts";
import { count, duration, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { Segments } from "../ui/Segments.tsx";
import type { TableData } from "../ui/DataTable.tsx";

type Align = "step" | "evaluations" | "time";

/** Curves of several runs on one axis, and what may be said of their difference. */
export function ComparePanel({ answer }: { readonly answer: Answer<Columns<CompareMeta>> }) {
  const frame = useFrame("compare", 360);
  const { data } = answer;
  const asked = parameter("align");
  const align: Align = asked === "evaluations" || asked === "time" ? asked : "step";
  const sentence = data === null ? "" : (data.meta.refusal ?? sentenceOf(data.meta));
  const series = useMemo(
    () => (data === null || data.meta.refusal !== null ? null : seriesOf(data, align)),
    [data, align],
  );
  const figure = useMemo(
    () =>
      series === null || data === null
        ? null
        : compareFigure({
            title: "What if?",
            caption: sentence,
            xLabel: { step: "step", evaluations: "steps of all members", time: "time since start" }[align],
            yLabel: `best ${data.meta.runs[0]?.metric.name ?? ""} so far`,
            runs: series,
            fans: align === "step",
            ...(align === "time" ? { formatX: duration } : {}),
          }),
    [series, sentence, align],
  );
  return (
    <Panel
      frame={frame}
      question="What if?"
      answer={sentence}
      needs={[answer]}
      empty={data?.meta.refusal ?? null}
      tools={
        <Segments
          label="Align by"
          name="align"
          options={[
            ["", "by step"],
            ["evaluations", "by work"],
            ["time", "by time"],
          ]}
        />
      }
      footer={[
        data === null ? null : `${plural(data.meta.runs.length, "run")} drawn`,
        align === "step" && data !== null
          ? `bands: half of all members (${data.meta.runs.map(({ members }) => count(members)).join(", ")})`
          : null,
      ]}
      figure={() => figure}
      table={() => tableOf(series ?? [], align)}
    >
      <FigureView
        panel={figure?.panels[0] ?? null}
        width={frame.width.value}
        height={frame.height}
        onHover={(x) => {
          if (x === null || series === null) {
            frame.readout.value = "";
            return;
          }
          const parts = series.map(
            ({ name, x: xs, best }) => `${name} ${number(known(best[nearestIndex(xs, x)]))}`,
          );
          frame.readout.value = `${align === "time" ? duration(x) : count(x)}: ${parts.join(", ")}`;
        }}
      />
    </Panel>
  );
}

/** Clock times are each run's own; steps, of one member or of all, are shared. */
function tableOf(series: ReturnType<typeof seriesOf>, align: Align): TableData {
  const bests = series.map(({ name }) => `best of ${name}`);
  const rowsOf = (x: ArrayLike<number>, more: readonly ArrayLike<number>[]): TableData["rows"] =>
    Array.from(x, (at, i) => [
      at,
      ...more.map((values) => known(values[i])),
      ...series.map(({ best }) => known(best[i])),
    ]).filter((row) => row.slice(1 + more.length).some((value) => value !== null));
  const steps = series[0]?.steps ?? [];
  if (align === "time") {
    const times = series.map(({ x }) => Float64Array.from(x, (ms) => ms / 1000));
    return {
      columns: ["step", ...series.map(({ name }) => `seconds of ${name}`), ...bests],
      rows: rowsOf(steps, times),
    };
  }
  return {
    columns: [align === "evaluations" ? "steps of all members" : "step", ...bests],
    rows: rowsOf(series[0]?.x ?? [], []),
  };
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function seriesOf(data: Columns<CompareMeta>, align: Align) {
  const steps = valuesOf(data, "x");
  const pixels = steps.length;
  return data.meta.runs.map(({ run, metric }, i) => {
    const times = valuesOf(data, `timeMs${i}`);
    const start = Array.from(times).find((t) => !Number.isNaN(t)) ?? 0;
    const x =
      align === "evaluations"
        ? valuesOf(data, "evaluations")
        : align === "time"
          ? Float64Array.from(times, (t) => t - start)
          : steps;
    const quantiles = valuesOf(data, `quantiles${i}`);
    return {
      name: run,
      steps,
      x,
      best: valuesOf(data, align === "evaluations" ? `bestByEvaluations${i}` : `bestSoFar${i}`),
      low: quantiles.subarray(2 * pixels, 3 * pixels),
      high: quantiles.subarray(4 * pixels, 5 * pixels),
      mode: metric.mode,
    };
  });
}

function othersOf(rest: number, all: boolean, first: string): string {
  if (all) return `none of ${plural(rest, "run")} differs clearly from ${first}`;
  return rest === 1 ? "the other one does not differ clearly" : `${count(rest)} others do not differ clearly`;
}

const unclear = ", not clear)";

function sentenceOf({ runs }: CompareMeta): string {
  const [first] = runs;
  if (first === undefined) return "";
  const parts = runs.slice(1).flatMap(({ run, difference }) => {
    if (difference === null) return [];
    const clear = difference.low > 0 || difference.high < 0;
    return [
      `${run} differs from ${first.run} by ${number(difference.estimate)} (90 %: ${number(difference.low)} to ${number(difference.high)}${clear ? ")" : unclear}`,
    ];
  });
  if (parts.length === 0) return "No difference can be told yet.";
  const clear = parts.filter((part) => !part.endsWith(unclear));
  const rest = parts.length - clear.length;
  // Of many runs only what is clear is told; the table has the others.
  const told =
    parts.length <= 2 || rest === 0 ? parts : [...clear, othersOf(rest, clear.length === 0, first.run)];
  return `Medians of the members' last values, one seed each: ${told.join("; ")}.`;
}
