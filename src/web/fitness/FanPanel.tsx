import { useMemo } from "preact/hooks";
import type { AncestryMeta, CurvesMeta, FanMeta, MemberFacts } from "../../server/index.ts";
import { Key } from "../charts/Key.tsx";
import { TimeChart } from "../charts/TimeChart.tsx";
import { axisKind, timeAxis } from "../data/axis.ts";
import { requestOf, runPath } from "../data/access.ts";
import { rowAtStep, useGenerations, valuesOf } from "../data/generations.ts";
import { useColumns, useJson } from "../data/query.ts";
import { atBoundaries, atSamples, currentRun, manifest, nameOf } from "../data/run.ts";
import { parameter } from "../state/location.ts";
import { plateauRule, plateausOf } from "../state/plateau.ts";
import {
  cursor,
  hover,
  selectMember,
  setCursor,
  setHover,
  setTimeRange,
  timeRange,
} from "../state/selection.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { inks } from "../ui/theme.ts";
import { FanKey } from "./FanKey.tsx";
import { FanTools } from "./FanTools.tsx";
import { type FanModel, fanModel } from "./fanModel.ts";
import { fanPaper } from "./fanPaper.ts";
import { shownMembers } from "./shown.ts";

const none: readonly never[] = [];

/** View 1. Is it improving? Quantiles over all members, the best so far, and the selected members. */
export function FanPanel({ tall = false }: { readonly tall?: boolean }) {
  const frame = useFrame("fan", tall ? 380 : 232);
  const run = manifest.value;
  const metric = parameter("metric") ?? run?.metric.name ?? "";
  const px = Math.min(1500, Math.max(200, Math.ceil(frame.width.value / 100) * 100));
  const range = (): Record<string, string | number | null> => ({
    metric,
    px,
    x0: timeRange.value === null ? null : Math.floor(timeRange.value[0]),
    x1: timeRange.value === null ? null : Math.ceil(timeRange.value[1]),
  });
  const byAncestry = parameter("by") === "ancestry";
  const generations = useGenerations(frame.visible);
  const { members, wanted, primary } = shownMembers();
  const facts = useJson<MemberFacts>(
    () =>
      currentRun.value === null || primary === null ? null : runPath(currentRun.value, `/members/${primary}`),
    atBoundaries,
    frame.visible,
  );
  const fan = useColumns<FanMeta>(
    () =>
      currentRun.value === null || metric === ""
        ? null
        : requestOf(runPath(currentRun.value, "/fan"), range()),
    atSamples,
    frame.visible,
  );
  const smooth = Number(parameter("smooth") ?? 0) > 0 ? parameter("smooth") : null;
  const curves = useColumns<CurvesMeta>(
    () =>
      currentRun.value === null || metric === "" || byAncestry || members.length === 0
        ? null
        : requestOf(runPath(currentRun.value, "/columns"), {
            ...range(),
            members: members.slice(0, 64).join(","),
            smooth,
          }),
    atSamples,
    frame.visible,
  );
  // Of the state that the inspector shows: the member's winning or best one, or that of a generation.
  const ancestry = useColumns<AncestryMeta>(
    () =>
      currentRun.value === null || metric === "" || !byAncestry || primary === null
        ? null
        : requestOf(runPath(currentRun.value, "/ancestry"), {
            ...range(),
            member: primary,
            generation: parameter("at"),
            smooth,
          }),
    atSamples,
    frame.visible,
  );
  const kind = axisKind();
  const axis = useMemo(() => timeAxis(kind, generations.data), [kind, generations.data, run]);
  const logY = parameter("log") === "y";
  const everything = parameter("y") === "all";
  const half = Math.max(0, Number(parameter("smooth") ?? 0) || 0);
  const children = facts.data?.row.member === primary ? facts.data.children : none;
  const found = byAncestry ? ancestry.data : members.length > 0 ? curves.data : null;
  const fresh = !byAncestry || ancestry.data?.meta.members[0] === primary;
  const best = run?.best ?? null;
  const again = useMemo(
    () =>
      best?.again == null || metric !== run?.metric.name
        ? null
        : { x: best.step, mean: best.again.mean, interval: best.again.interval },
    [best, metric, run?.metric.name],
  );
  const lines = fresh && found?.meta.x0 === fan.data?.meta.x0 ? found : null;
  const model = useMemo(
    () =>
      fan.data === null
        ? null
        : fanModel({
            fan: fan.data,
            curves: lines,
            shown: members,
            byAncestry,
            children,
            again,
            axis,
            logY,
            everything,
            half,
          }),
    [fan.data, lines, members.join(), byAncestry, children, again, axis, logY, everything, half, inks()],
  );
  const rows = valuesOf(generations.data, "step");
  const rule = plateauRule();
  const shades = useMemo(() => {
    if (metric !== run?.metric.name) return none;
    return plateausOf(valuesOf(generations.data, "bestSoFar"), run.metric.mode === "max" ? 1 : -1, rule).map(
      ([from, until]) => [axis.of(rows[from]!), axis.of(rows[until]!)] as const,
    );
  }, [generations.data, metric, run, axis, Object.values(rule).join()]);
  const said =
    run === null || model === null || metric === run.metric.name
      ? (run?.answers.improving ?? "")
      : `The median of ${metric} is ${number(lastMedian(model))} now; selection compares ${run.metric.name}.`;
  const shared = hover.value.generation ?? cursor.value;
  const read = (column: number): void => {
    if (model === null) return;
    const [low, middle, high] = [1, 3, 5].map((q) => model.quantileAt(q, column));
    const step = axis.toStep(model.x[column]!);
    frame.readout.value = `${axis.label} ${axis.format(model.x[column]!)}: median ${number(middle)}, 80 % of members ${number(low)} – ${number(high)}`;
    const row = rowAtStep(generations.data, step);
    setHover({ generation: row < 0 ? null : Number(valuesOf(generations.data, "generation")[row]) });
  };
  // What is there already is drawn over the chosen steps at once; finer data follow.
  const chosen = timeRange.value;
  const sampled = model !== null && fan.data !== null && fan.data.meta.source === "samples";
  return (
    <Panel
      frame={frame}
      question="Is it improving?"
      answer={said}
      needs={[fan]}
      empty={
        model !== null && model.count === 0
          ? `No value of ${metric} yet. The first comes with the first report.`
          : null
      }
      tools={<FanTools tall={tall || frame.expanded} />}
      keys={{
        move: (x) => {
          const last = rows.length - 1;
          if (last < 0 || model === null) return;
          const next = Math.min(last, Math.max(0, (cursor.peek() ?? last) + x));
          setCursor(next);
          read(model.columnOf(axis.of(rows[next]!)));
        },
      }}
      footer={[
        model === null ? null : `${count(model.count)} of ${plural(run?.members ?? 0, "member")} in the fan`,
        model === null ? null : linesDrawn(model, byAncestry, wanted, ancestry.error?.message ?? null),
        fan.data === null
          ? null
          : sampled
            ? `bucket ${plural(fan.data.meta.bucketSamples, "sample")}`
            : "values at the ends of segments",
        half > 0
          ? `smoothing: half-life ${count(half)} steps, over ${sampled && lines?.arrays["smooth"] !== undefined ? "every sample" : "what is drawn"}`
          : "smoothing off",
        model === null || model.beyond === "" ? null : model.beyond,
        run?.best?.again == null
          ? null
          : `best as selected ${number(run.best.value)}, evaluated anew ${number(run.best.again.mean)}${run.best.again.interval === null ? "" : ` (95 %: ${number(run.best.again.interval[0])} … ${number(run.best.again.interval[1])})`}`,
      ]}
      table={() => model?.table(metric) ?? { columns: [], rows: [] }}
      figure={() => (model === null ? null : fanPaper(model, axis, metric, said, logY, again))}
      fullCsv={
        currentRun.value === null
          ? null
          : runPath(currentRun.value, `/export.csv?what=${sampled ? "samples" : "generations"}`)
      }
    >
      {model !== null && <FanKey model={model} />}
      {shades.length > 0 && (
        <Key entries={[{ label: "plateau: no better best", color: "var(--rest)", mark: "area" }]} />
      )}
      {model !== null && (
        <TimeChart
          label="fitness"
          width={frame.width.value}
          height={frame.height}
          x={model.x}
          lines={model.drawn}
          bands={model.bands}
          marks={model.marks}
          shades={shades}
          xRange={chosen === null ? model.xRange : [axis.of(chosen[0]), axis.of(chosen[1])]}
          yRange={model.yRange}
          logY={logY}
          xLabel={axis.label}
          yLabel={metric}
          formatX={axis.format}
          cursorX={shared === null || rows[shared] === undefined ? null : axis.of(rows[shared])}
          onHover={(column, line) => {
            if (column === null) {
              setHover(null);
              frame.readout.value = "";
              return;
            }
            read(column);
            const member = model.memberOf(line);
            if (member !== null) {
              setHover({ member, generation: hover.peek().generation });
              frame.readout.value = `${nameOf(member)} · ${frame.readout.value}`;
            }
          }}
          onClick={(_column, line, add) => {
            const member = model.memberOf(line);
            if (member !== null) selectMember(member, add);
          }}
          onBrush={(chosen) =>
            setTimeRange(chosen === null ? null : [axis.toStep(chosen[0]), axis.toStep(chosen[1])])
          }
        />
      )}
    </Panel>
  );
}

/** How many of the wanted lines there are. */
function linesDrawn(model: FanModel, byAncestry: boolean, wanted: number, refused: string | null): string {
  const { members } = model;
  if (byAncestry) {
    return members === 0 ? (refused ?? "no line of ancestry") : "one line, along the ancestry";
  }
  return members < wanted
    ? `${count(members)} of ${plural(wanted, "line")} drawn`
    : `${plural(members, "line")} drawn`;
}

/** Of the last pixel with values; NaN where there is none. */
function lastMedian(model: FanModel): number {
  for (let column = model.x.length - 1; column >= 0; column--) {
    const median = model.quantileAt(3, column);
    if (Number.isFinite(median)) return median;
  }
  return Number.NaN;
}
