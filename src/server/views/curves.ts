import { column, type Columns } from "../../figures/index.ts";
import type { MemberId } from "../../population/index.ts";
import { fanLevels } from "../data/generationTable.ts";
import { signOf } from "../data/facts.ts";
import { middleOf } from "../metrics/gaps.ts";
import { type Grid, pixelOf } from "../metrics/pixels.ts";
import { rasterOf } from "../metrics/raster.ts";
import { smoothedCurves } from "../metrics/smooth.ts";
import type { OpenRun } from "../openRun.ts";
import type { CurvesMeta, FanMeta, RangeMeta, RasterMeta } from "../types.ts";
import { type AllCurves, everyMember, type LineCurves, sourceOf } from "./growing.ts";

/** What a view of curves asks for. */
export interface CurveRequest {
  readonly metric: string;
  readonly grid: Grid;
  /** Half-life of smoothing in steps; 0 or absent: none. */
  readonly smooth?: number;
}

/** @param curves what the answer is made from, where that may be older than the run is */
export function rangeMeta(
  run: OpenRun,
  { metric, grid }: CurveRequest,
  { bucketSamples, version }: Pick<RangeMeta, "bucketSamples" | "version">,
): RangeMeta {
  return {
    metric,
    source: sourceOf(run, metric),
    ...grid,
    pixelSteps: (grid.x1 - grid.x0) / grid.px,
    bucketSamples,
    seq: run.fold.nextSeq,
    version,
  };
}

/** @param lines the members' curves on the request's grid, in their order */
export async function curvesView(
  run: OpenRun,
  request: CurveRequest,
  members: readonly MemberId[],
  lines: LineCurves,
): Promise<Columns<CurvesMeta>> {
  const none = members.map((_, i) => lines.noNumbers(i));
  const nanAt = none.flat().map((pixel) => middleOf(request.grid, pixel));
  const nanMember = none.flatMap((pixels, i) => pixels.map(() => members[i]!));
  // They go on while this answer is on its way.
  const [first, min, max, last] = [
    lines.pixels.first.slice(),
    lines.pixels.min.slice(),
    lines.pixels.max.slice(),
    lines.pixels.last.slice(),
  ];
  const meta = rangeMeta(run, request, lines);
  const { px } = request.grid;
  const shape = [members.length, px];
  const { breakAt, breakMember, breakDonor, failedAt, failedMember } = marksOf(
    run,
    request.grid,
    new Set(members),
  );
  const smooth = await smoothOf(run, request, members);
  return {
    meta: { ...meta, members },
    arrays: {
      ...(smooth === null ? {} : { smooth: { shape, values: smooth } }),
      first: { shape, values: first },
      min: { shape, values: min },
      max: { shape, values: max },
      last: { shape, values: last },
      breakAt: column(Float32Array.from(breakAt)),
      breakMember: column(Int32Array.from(breakMember)),
      breakDonor: column(Int32Array.from(breakDonor)),
      failedAt: column(Float32Array.from(failedAt)),
      failedMember: column(Int32Array.from(failedMember)),
      nanAt: column(Float32Array.from(nanAt)),
      nanMember: column(Int32Array.from(nanMember)),
    },
  };
}

/** The members' smoothed curves `[members, px]`; null: none are asked for, or there are no samples. */
async function smoothOf(
  run: OpenRun,
  { smooth = 0, metric, grid }: CurveRequest,
  members: readonly MemberId[],
): Promise<Float32Array | null> {
  if (!(smooth > 0) || sourceOf(run, metric) === "evaluations") return null;
  const copies = marksOf(run, { ...grid, x0: Math.min(0, grid.x0) }, new Set(members));
  const breaksOf = (member: MemberId): number[] =>
    copies.breakAt.filter((_, i) => copies.breakMember[i] === member).toSorted((a, b) => a - b);
  return await smoothedCurves(run.reader, metric, members, grid, smooth, breaksOf);
}

/** Of no more members than this the segments are looked up one by one. */
const few = 64;

/** Where members became copies, and where they failed, within the range. */
function marksOf(run: OpenRun, grid: Grid, members: ReadonlySet<MemberId>) {
  const { segments } = run.fold;
  const marks = {
    breakAt: [] as number[],
    breakMember: [] as number[],
    breakDonor: [] as number[],
    failedAt: [] as number[],
    failedMember: [] as number[],
  };
  // In the order of the log, as all segments lie.
  const rows =
    members.size > few
      ? Array.from({ length: segments.count }, (_, row) => row)
      : [...members].flatMap((member) => [...segments.rowsOf(member)]).toSorted((a, b) => a - b);
  for (const row of rows) {
    const member = segments.member.at(row);
    if (!members.has(member)) continue;
    const from = segments.fromStep.at(row);
    if (segments.donor.at(row) >= 0 && pixelOf(grid, from) >= 0) {
      marks.breakAt.push(from);
      marks.breakMember.push(member);
      marks.breakDonor.push(segments.donor.at(row));
    }
    if (segments.failed.at(row) === 1 && pixelOf(grid, from) >= 0) {
      marks.failedAt.push(from);
      marks.failedMember.push(member);
    }
  }
  for (const { id, donor, fromStep } of run.fold.members) {
    if (donor === null || !members.has(id) || pixelOf(grid, fromStep) < 0) continue;
    marks.breakAt.push(fromStep);
    marks.breakMember.push(id);
    marks.breakDonor.push(donor);
  }
  return marks;
}

export function fanView(run: OpenRun, request: CurveRequest, curves: AllCurves): Columns<FanMeta> {
  const { fan } = curves;
  const { px } = curves.pixels;
  return {
    meta: {
      ...rangeMeta(run, request, curves),
      levels: fanLevels,
      members: curves.pixels.rows,
      robust: fan.robust,
    },
    arrays: {
      quantiles: { shape: [fanLevels.length, px], values: fan.quantiles },
      count: column(fan.count),
      bestSoFar: column(bestSoFar(run, request)),
    },
  };
}

/** The best evaluation up to each pixel; NaN before the first, and for metrics that nothing selects by. */
export function bestSoFar(run: OpenRun, { metric, grid }: CurveRequest): Float32Array {
  const out = new Float32Array(grid.px).fill(Number.NaN);
  if (metric !== run.facts.metric.name) return out;
  const sign = signOf(run.facts);
  const { segments } = run.fold;
  let before = Number.NaN;
  for (let row = 0; row < segments.count; row++) {
    const value = segments.value.at(row);
    const step = segments.untilStep.at(row);
    if (Number.isNaN(value) || step > grid.x1) continue;
    if (step < grid.x0) {
      if (!(sign * before >= sign * value)) before = value;
      continue;
    }
    const pixel = pixelOf(grid, step);
    if (!(sign * out[pixel]! >= sign * value)) out[pixel] = value;
  }
  for (let p = 0; p < grid.px; p++) {
    if (!Number.isNaN(before) && !(sign * out[p]! > sign * before)) out[p] = before;
    before = out[p]!;
  }
  return lastSeen(out, run, grid);
}

/** Nothing is known beyond the newest step: the line ends there. */
function lastSeen(out: Float32Array, run: OpenRun, grid: Grid): Float32Array {
  const { segments } = run.fold;
  let newest = 0;
  for (const { lastRow } of run.fold.members) {
    if (lastRow >= 0) newest = Math.max(newest, segments.untilStep.at(lastRow));
  }
  for (let p = 0; p < grid.px; p++) {
    if (grid.x0 + (p * (grid.x1 - grid.x0)) / grid.px > newest) out[p] = Number.NaN;
  }
  return out;
}

export function rasterView(
  run: OpenRun,
  request: CurveRequest,
  curves: AllCurves,
  sort: RasterMeta["sort"],
): Columns<RasterMeta> {
  const members = everyMember(run);
  const order = rowOrder(run, members, sort);
  const { image, low, high } = rasterOf(curves.pixels, order);
  const place = new Map(order.map((at, row) => [members[at]!, row]));
  const { breakAt, breakMember } = marksOf(run, request.grid, new Set(members));
  return {
    meta: { ...rangeMeta(run, request, curves), low, high, sort },
    arrays: {
      image: { shape: [order.length, curves.pixels.px], values: image },
      rows: column(Int32Array.from(order, (at) => members[at]!)),
      exploitAt: column(Uint32Array.from(breakAt, (step) => pixelOf(request.grid, step))),
      exploitRow: column(Uint32Array.from(breakMember, (member) => place.get(member)!)),
    },
  };
}

/** Positions in `members` in the order of the rows. */
function rowOrder(run: OpenRun, members: readonly MemberId[], sort: RasterMeta["sort"]): number[] {
  const order = members.map((_, at) => at);
  if (sort === "slot" || run.facts.legs.length > 0) return order;
  const state = (at: number) => run.fold.members[members[at]!]!;
  if (sort === "lineage") return order.toSorted((a, b) => state(a).founder - state(b).founder || a - b);
  const sign = signOf(run.facts);
  const merit = (at: number): number => {
    const { value } = state(at);
    return value === null ? -Infinity : sign * value;
  };
  return order.toSorted((a, b) => (merit(b) === merit(a) ? a - b : merit(b) - merit(a)));
}
