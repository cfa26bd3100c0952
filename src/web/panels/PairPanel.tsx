import { useMemo } from "preact/hooks";
import { pairFigure } from "../../figures/index.ts";
import type { PairMeta } from "../../server/index.ts";
import { FigureView } from "../charts/FigureView.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { nearestIndex, valuesOf } from "../data/generations.ts";
import { useColumns } from "../data/query.ts";
import { atBoundaries, currentRun, manifest } from "../data/run.ts";
import { axesOf } from "../scatter/draw.ts";
import { number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { decoded, encodedAxis } from "./progression.ts";

/** View 7, two hyperparameters at once. */
export function PairPanel() {
  const frame = useFrame("pair", 300);
  const run = manifest.value;
  const axes = axesOf(run?.hyperparameters ?? []);
  const answer = useColumns<PairMeta>(
    () =>
      currentRun.value === null || axes === null || axes.x === axes.y
        ? null
        : requestOf(runPath(currentRun.value, "/effective-fitness/pair"), { x: axes.x.name, y: axes.y.name }),
    atBoundaries,
    frame.visible,
  );
  const { data } = answer;
  const sentence = data === null || axes === null ? "" : best(data.meta, data, axes);
  const figure = useMemo(
    () =>
      data === null || axes === null
        ? null
        : pairFigure({
            title: "Which pairs are good?",
            caption: sentence,
            x: encodedAxis(axes.x),
            y: encodedAxis(axes.y),
            atX: valuesOf(data, "x"),
            atY: valuesOf(data, "y"),
            estimate: valuesOf(data, "estimate"),
            weight: valuesOf(data, "weight"),
          }),
    [data, axes?.x.name, axes?.y.name, sentence],
  );
  return (
    <Panel
      frame={frame}
      question="Which pairs are good?"
      answer={sentence}
      needs={[answer]}
      empty={data?.meta.notIdentifiable ?? null}
      footer={[
        data === null ? null : `${plural(data.meta.count, "evaluation")} used`,
        `one pair of ${run?.hyperparameters.length ?? 0} hyperparameters, the axes of the scatter`,
        "pale where data are few, hatched where there are too few",
      ]}
      figure={() => figure}
      table={() => {
        if (data === null || axes === null) return { columns: [], rows: [] };
        const [xs, ys, estimate] = [valuesOf(data, "x"), valuesOf(data, "y"), valuesOf(data, "estimate")];
        return {
          columns: [axes.x.name, axes.y.name, "fitness above mean"],
          rows: Array.from(estimate.keys())
            .filter((k) => !Number.isNaN(estimate[k]))
            .map((k) => [
              decoded(axes.x, xs[k % xs.length]!),
              decoded(axes.y, ys[Math.floor(k / xs.length)]!),
              estimate[k]!,
            ]),
        };
      }}
    >
      <FigureView
        panel={figure?.panels[0] ?? null}
        width={frame.width.value}
        height={frame.height}
        onHover={(x, y) => {
          if (x === null || y === null || data === null || axes === null) {
            frame.readout.value = "";
            return;
          }
          const xs = valuesOf(data, "x");
          const k = nearestIndex(valuesOf(data, "y"), y) * xs.length + nearestIndex(xs, x);
          const write = (v: number | string): string => (typeof v === "number" ? number(v) : v);
          frame.readout.value = `${axes.x.name} ${write(decoded(axes.x, x))}, ${axes.y.name} ${write(decoded(axes.y, y))}: ${number(valuesOf(data, "estimate")[k])}`;
        }}
      />
    </Panel>
  );
}

function best(
  meta: PairMeta,
  data: Parameters<typeof valuesOf>[0],
  axes: NonNullable<ReturnType<typeof axesOf>>,
): string {
  if (meta.notIdentifiable !== null) return "";
  const [xs, ys, estimate] = [valuesOf(data, "x"), valuesOf(data, "y"), valuesOf(data, "estimate")];
  let top = -1;
  for (let k = 0; k < estimate.length; k++) {
    if (!Number.isNaN(estimate[k]) && (top < 0 || estimate[k]! > estimate[top]!)) top = k;
  }
  if (top < 0) return "Too few data for any pair.";
  const write = (v: number | string): string => (typeof v === "number" ? number(v) : v);
  return `Highest near ${axes.x.name} ${write(decoded(axes.x, xs[top % xs.length]!))} and ${axes.y.name} ${write(decoded(axes.y, ys[Math.floor(top / xs.length)]!))}.`;
}
