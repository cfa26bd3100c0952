import { setImmediate as nextTurn } from "node:timers/promises";
import { type Column, column, type Columns } from "../../figures/index.ts";
import type { MemberId } from "../../population/index.ts";
import type { MetricTable } from "../../store/index.ts";
import { noNumbers } from "../metrics/gaps.ts";
import { fillRow, pixelRows } from "../metrics/pixels.ts";
import { smoother } from "../metrics/smooth.ts";
import type { OpenRun } from "../openRun.ts";
import type { AncestryMeta } from "../types.ts";
import { type CurveRequest, rangeMeta } from "./curves.ts";
import { sourceOf } from "./growing.ts";
import { nodeOf } from "./members.ts";

/** The loop gives way to other requests after this many milliseconds. */
const turnMs = 15;

/**
 * The curve along a lineage: of each segment on the way what that segment itself reported. A slot that trained the same
 * steps more than once, before a failure or from another state, has samples there that the lineage does not descend from.
 * @param member whose state the path leads to
 * @param generation of that state; undefined: the winning one, or the member's best
 */
export async function ancestryView(
  run: OpenRun,
  request: CurveRequest,
  member: MemberId,
  generation: number | undefined,
): Promise<Columns<AncestryMeta>> {
  const { metric, grid, smooth = 0 } = request;
  const { segments } = run.fold;
  const node = nodeOf(run, member, generation);
  const pixels = pixelRows(1, grid.px);
  const smoothed = new Float32Array(smooth > 0 ? grid.px : 0).fill(Number.NaN);
  const smoothOver = smooth > 0 ? smoother(smoothed, grid, smooth) : null;
  const nanAt: number[] = [];
  let since = performance.now();
  for (const row of node < 0 ? [] : segments.path(node)) {
    const table = tableOf(run, request, row, smoothOver === null ? grid.x0 : -Infinity);
    fillRow(pixels, 0, grid, table);
    smoothOver?.(table);
    nanAt.push(...noNumbers(table, grid));
    if (performance.now() - since < turnMs) continue;
    await nextTurn();
    since = performance.now();
  }
  const shape = [1, grid.px];
  const more: { readonly [name: string]: Column } =
    smoothOver === null || sourceOf(run, metric) === "evaluations"
      ? {}
      : { smooth: { shape, values: smoothed } };
  const { first, min, max, last } = pixels;
  return {
    meta: {
      ...rangeMeta(run, request, { bucketSamples: 1, version: run.version }),
      members: [member],
      generation: node < 0 ? 0 : segments.generation.at(node),
    },
    arrays: {
      ...more,
      first: { shape, values: first },
      min: { shape, values: min },
      max: { shape, values: max },
      last: { shape, values: last },
      nanAt: column(Float32Array.from(nanAt)),
      nanMember: column(new Int32Array(nanAt.length).fill(member)),
    },
  };
}

const nothing: MetricTable = { rows: 0, numbers: new Float64Array(0) };

/** What one segment reported, from a step on; of a metric without samples its evaluation. */
function tableOf(run: OpenRun, { metric, grid }: CurveRequest, row: number, from: number): MetricTable {
  const { segments } = run.fold;
  const until = segments.untilStep.at(row);
  const value = segments.value.at(row);
  if (sourceOf(run, metric) === "evaluations") {
    const numbers = Number.isNaN(value) ? [] : [until, until, value, value, value, value];
    return { rows: numbers.length / 6, numbers: Float64Array.from(numbers) };
  }
  const range = {
    from: Math.max(from, segments.fromStep.at(row)),
    until: Math.min(grid.x1, until),
    generation: segments.generation.at(row),
  };
  if (range.from > range.until) return nothing;
  const [table] = run.reader.metricTables(metric, [segments.member.at(row)], -1, range);
  return table!;
}
