import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { RasterMeta } from "../../server/index.ts";
import { Ramp } from "../charts/Ramp.tsx";
import { CanvasLayer, type Point } from "../charts/CanvasLayer.tsx";
import { requestOf, runPath } from "../data/access.ts";
import { axisKind, timeAxis } from "../data/axis.ts";
import { rowAtStep, useGenerations, valuesOf } from "../data/generations.ts";
import { useColumns } from "../data/query.ts";
import { atSamples, currentRun, manifest, nameOf } from "../data/run.ts";
import { parameter } from "../state/location.ts";
import { palette } from "../state/preferences.ts";
import { hover, selection, selectMember, setHover, setTimeRange, timeRange } from "../state/selection.ts";
import { count, number, plural } from "../ui/format.ts";
import { useFrame } from "../ui/frame.ts";
import { Panel } from "../ui/Panel.tsx";
import { Segments } from "../ui/Segments.tsx";
import { rasterPaper } from "./paper.ts";
import { drawMarkedRows, drawRaster, paint, rasterLeft } from "./draw.ts";

/** View 2. Who, when? One row per member, one column per stretch of steps, fitness as colour, copies as dark ticks. */
export function RasterPanel() {
  const run = manifest.value;
  const members = run?.members ?? 0;
  const frame = useFrame("raster", Math.min(360, Math.max(160, members * 10)));
  const sort = parameter("rows") ?? "slot";
  const metric = parameter("metric") ?? run?.metric.name ?? "";
  const at = useSignal<readonly [number, number] | null>(null);
  const answer = useColumns<RasterMeta>(
    () =>
      currentRun.value === null || metric === ""
        ? null
        : requestOf(runPath(currentRun.value, "/raster"), {
            metric,
            sort: sort === "slot" ? null : sort,
            px: Math.min(1500, Math.max(200, Math.ceil(frame.width.value / 100) * 100)),
            x0: timeRange.value === null ? null : Math.floor(timeRange.value[0]),
            x1: timeRange.value === null ? null : Math.ceil(timeRange.value[1]),
          }),
    atSamples,
    frame.visible,
  );
  const generations = useGenerations(frame.visible);
  const axis = timeAxis(axisKind(), generations.data);
  const { data } = answer;
  const rows = valuesOf(data, "rows");
  const image = valuesOf(data, "image");
  const pixels = rows.length === 0 ? 0 : image.length / rows.length;
  // Which values are good is known of the metric that selects; of others, brighter is higher.
  const selecting = metric === run?.metric.name;
  const better = !selecting || run?.metric.mode === "max";
  const painted = useMemo(() => (data === null ? null : paint(data, better)), [data, better, palette.value]);
  const width = frame.width.value - rasterLeft;
  const [from, until] = timeRange.value ?? [data?.meta.x0 ?? 0, data?.meta.x1 ?? 1];
  const view = { width, height: frame.height, from, until };
  const stepAt = (x: number): number => from + ((x - rasterLeft) / width) * (until - from);
  const cellAt = ({ x, y }: Point): readonly [number, number] | null => {
    if (data === null || x < rasterLeft) return null;
    const row = Math.floor((y / frame.height) * rows.length);
    const column = Math.floor((stepAt(x) - data.meta.x0) / data.meta.pixelSteps);
    return row < 0 || row >= rows.length || column < 0 || column >= pixels ? null : [row, column];
  };
  const stepOf = (column: number): number =>
    data === null ? 0 : data.meta.x0 + (column + 0.5) * data.meta.pixelSteps;
  const point = (cell: readonly [number, number] | null): void => {
    at.value = cell;
    if (cell === null || data === null) {
      setHover(null);
      frame.readout.value = "";
      return;
    }
    const [row, column] = cell;
    const byte = image[row * pixels + column]!;
    const value = byte === 0 ? null : data.meta.low + ((byte - 1) / 254) * (data.meta.high - data.meta.low);
    const generation = rowAtStep(generations.data, stepOf(column));
    setHover({ member: rows[row]!, generation: generation < 0 ? null : generation });
    frame.readout.value = `${nameOf(rows[row]!)}, step ${count(stepOf(column))}: ${metric} ${value === null ? "–" : `about ${number(value)}`}`;
  };
  const chosen = selection.value;
  const marked = new Set([
    ...(chosen.kind === "members" ? chosen.ids : []),
    ...(hover.value.member === null ? [] : [hover.value.member]),
  ]);
  const copies = valuesOf(data, "exploitAt").length;
  const nothing = data !== null && image.every((byte) => byte === 0);
  const sentence =
    data === null || nothing
      ? ""
      : `Colours stand for ${metric} from ${number(data.meta.low)} to ${number(data.meta.high)}, values beyond take the colour of the end; brighter is ${selecting ? "better" : "higher"}; ${plural(copies, "copy", "copies")} as ticks.`;
  return (
    <Panel
      frame={frame}
      question="Who, when?"
      answer={sentence}
      figure={() =>
        painted === null || data === null ? null : rasterPaper(painted, data, sentence, better, selecting)
      }
      needs={[answer]}
      empty={nothing ? `No value of ${metric} yet.` : null}
      tools={
        <Segments
          label="Order of rows"
          name="rows"
          options={[
            ["", "by slot"],
            ["rank", "by rank"],
            ["lineage", "by lineage"],
          ]}
        />
      }
      keys={{
        move: (x, y) => {
          const [row, column] = at.peek() ?? [0, pixels - 1];
          point([
            Math.min(rows.length - 1, Math.max(0, row + y)),
            Math.min(pixels - 1, Math.max(0, column + x * Math.max(1, Math.round(pixels / 100)))),
          ]);
        },
        enter: () => at.peek() !== null && selectMember(rows[at.peek()![0]]!),
      }}
      footer={[
        data === null ? null : `${count(rows.length)} of ${plural(members, "member")} drawn`,
        data === null ? null : `${number(data.meta.pixelSteps)} steps a pixel`,
      ]}
      table={() => ({
        columns: ["member", `${metric} at the end`],
        rows: Array.from(rows, (member, row) => {
          for (let p = pixels - 1; p >= 0; p--) {
            const byte = image[row * pixels + p]!;
            if (byte > 0 && data !== null)
              return [nameOf(member), data.meta.low + ((byte - 1) / 254) * (data.meta.high - data.meta.low)];
          }
          return [nameOf(member), null];
        }),
      })}
      fullCsv={currentRun.value === null ? null : runPath(currentRun.value, "/export.csv?what=samples")}
    >
      <CanvasLayer
        width={frame.width.value}
        height={frame.height}
        depends={[painted, from, until]}
        draw={(context) => painted !== null && data !== null && drawRaster(context, painted, data, view)}
        overDepends={[[...marked].join(), rows]}
        over={(context) => drawMarkedRows(context, rows, marked, view)}
        onHover={(where) => point(where === null ? null : cellAt(where))}
        onClick={(where, add) => {
          const cell = cellAt(where);
          if (cell !== null) selectMember(rows[cell[0]]!, add);
        }}
        onDrag={(path) => {
          const steps = path.map(({ x }) => stepAt(Math.max(rasterLeft, x)));
          setTimeRange([Math.max(from, Math.min(...steps)), Math.min(until, Math.max(...steps))]);
        }}
        onDouble={() => setTimeRange(null)}
      />
      {data !== null && (
        <>
          <p class="raster-axis small soft" style={{ paddingLeft: `${rasterLeft}px` }}>
            <span>
              {axis.label} {axis.format(axis.of(from))}
            </span>
            <span>
              {axis.label} {axis.format(axis.of(until))}
            </span>
          </p>
          <Ramp
            from={`${metric} ${number(better ? data.meta.low : data.meta.high)}`}
            until={`${number(better ? data.meta.high : data.meta.low)}${selecting ? " (better)" : ""}`}
          />
        </>
      )}
    </Panel>
  );
}
