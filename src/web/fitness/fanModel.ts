import type { Columns, FreshBest } from "../../figures/index.ts";
import type { CurvesMeta, FanMeta, MemberFacts } from "../../server/index.ts";
import type { Line, Mark } from "../charts/TimeChart.tsx";
import type { TimeAxis } from "../data/axis.ts";
import { nearestIndex } from "../data/generations.ts";
import { nameOf } from "../data/run.ts";
import type { TableData } from "../ui/DataTable.tsx";
import { number } from "../ui/format.ts";
import { inks } from "../ui/theme.ts";
import { gridSteps, memberOnGrid, places, rowOnGrid, smoothed, smoothOnGrid } from "./grid.ts";
import { axisLimits, extent } from "./limits.ts";

export interface FanInput {
  readonly fan: Columns<FanMeta>;
  readonly curves: Columns<CurvesMeta> | null;
  /** Members with lines of their own. */
  readonly shown: readonly number[];
  /** Whether `curves` is one line along a lineage, which no copy breaks. */
  readonly byAncestry: boolean;
  readonly children: MemberFacts["children"];
  /** The best, evaluated anew, at its step; null: it was not, or another metric is shown. */
  readonly again: FreshBest | null;
  readonly axis: TimeAxis;
  readonly logY: boolean;
  /** Limits around all values, not robust ones. */
  readonly everything: boolean;
  /** Half-life of smoothing in steps; 0: off. */
  readonly half: number;
}

export interface FanModel {
  readonly x: readonly number[];
  readonly drawn: readonly Line[];
  readonly bands: readonly { readonly upper: number; readonly lower: number; readonly fill: string }[];
  readonly marks: readonly Mark[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** Most members with a value at once. */
  readonly count: number;
  /** Members with a line, once each. */
  readonly members: number;
  readonly beyond: string;
  readonly memberOf: (line: number) => number | null;
  /** The column of the grid nearest to a value of the axis. */
  readonly columnOf: (value: number) => number;
  readonly quantileAt: (level: number, column: number) => number;
  readonly table: (metric: string) => TableData;
}

/** The seven quantile lines come first, then the best so far. */
const fixed = 8;

/** From the server's pixels to lines, bands, marks and limits. Pure but for the theme's colours. */
export function fanModel(input: FanInput): FanModel {
  const { fan, curves, axis, logY } = input;
  const colours = inks();
  const count = fan.arrays["count"]?.values ?? new Uint16Array(0);
  const pixels = count.length;
  const quantiles = fan.arrays["quantiles"]?.values ?? new Float32Array(0);
  const best = fan.arrays["bestSoFar"]?.values ?? new Float32Array(0);
  const steps = gridSteps(fan.meta, pixels);
  const soft = `${colours.soft}00`;
  const drawn: Line[] = Array.from({ length: 7 }, (_, q) => ({
    label: `${fan.meta.levels[q]! * 100} %`,
    values: rowOnGrid(quantiles, q, pixels),
    stroke: q === 3 ? colours.soft : soft,
    width: q === 3 ? 1.5 : 0,
  }));
  drawn.push({
    label: "best so far",
    values: rowOnGrid(best, 0, pixels),
    stroke: colours.ink,
    width: 2,
    stepped: true,
  });
  const members: number[] = [];
  const fewPixels = curves !== null && curves.meta.px === fan.meta.px;
  if (fewPixels) {
    for (const member of input.byAncestry ? curves.meta.members : input.shown) {
      const row = curves.meta.members.indexOf(member);
      if (row < 0) continue;
      const line = memberOnGrid(curves, row, pixels);
      addLine(line, member, smoothOnGrid(curves, row, line));
    }
  }
  function addLine(values: Line["values"], member: number, smooth: Line["values"] | null = null): void {
    const place = members.filter((other) => other !== member).length;
    const stroke = colours.categories[place % colours.categories.length]!;
    const dash = place < colours.categories.length ? undefined : [4, 3];
    const base = { label: nameOf(member), stroke, width: 1.5, ...(dash === undefined ? {} : { dash }) };
    if (input.half > 0) {
      drawn.push({ ...base, values, faint: true });
      members.push(member);
      drawn.push({ ...base, values: smooth ?? smoothed([...values], steps, input.half) });
    } else drawn.push({ ...base, values });
    members.push(member);
  }
  const shownLines = drawn.slice(fixed);
  const [fullLow, fullHigh] = extent(
    [...quantiles, ...shownLines.flatMap(({ values }) => [...values])].filter((v) => v !== undefined),
    logY,
  );
  const robust = input.everything || fan.meta.robust === null ? null : fan.meta.robust;
  const [bestLow, bestHigh] = extent(best, logY);
  const fresh = input.again?.mean ?? Number.NaN;
  const low = lowest(
    robust === null ? fullLow : Math.min(robust[0] > 0 || !logY ? robust[0] : fullLow, bestLow),
    logY && !(fresh > 0) ? Number.NaN : fresh,
  );
  const high = highest(
    robust === null ? fullHigh : Math.max(robust[1], bestHigh > robust[1] ? robust[1] : bestHigh),
    fresh,
  );
  const yRange = axisLimits(low, high, logY);
  const beyond = [
    fullHigh > yRange[1] ? `values up to ${number(fullHigh)} beyond the axis` : "",
    fullLow < yRange[0] ? `values down to ${number(fullLow)} beyond the axis` : "",
  ]
    .filter((text) => text !== "")
    .join(", ");
  const x = steps.map(axis.of);
  const valueAt = (step: number, line: Line | undefined): number | null => {
    if (line === undefined) return null;
    const at = nearestIndex(steps, step);
    for (let away = 0; away < places * 3; away++) {
      for (const i of [at - away, at + away]) {
        const value = line.values[i];
        if (value != null) return value;
      }
    }
    return null;
  };
  return {
    x,
    drawn,
    bands: [
      { upper: 6, lower: 0, fill: `${colours.rest}1f` },
      { upper: 5, lower: 1, fill: `${colours.rest}30` },
      { upper: 4, lower: 2, fill: `${colours.rest}4d` },
    ],
    marks: [
      ...(curves === null ? [] : marksOf(input, curves, members, drawn, valueAt)),
      ...(input.again === null ? [] : [againMark(input.again, axis, colours.ink)]),
    ],
    xRange: [axis.of(fan.meta.x0), axis.of(fan.meta.x1)],
    yRange,
    count: Array.from(count).reduce((most, n) => Math.max(most, n), 0),
    members: new Set(members).size,
    beyond,
    memberOf: (line) => (line >= fixed ? (members[line - fixed] ?? null) : null),
    columnOf: (value) => Math.max(0, nearestIndex(x, value)),
    quantileAt: (level, column) => {
      const line = drawn[level]!;
      for (let away = 0; away < pixels * places; away++) {
        const value = line.values[column - away] ?? line.values[column + away];
        if (value != null) return value;
      }
      return Number.NaN;
    },
    table: (metric) => tableOf(metric, steps, drawn, axis),
  };
}

/** The smaller of two numbers, of which the second may be none. */
const lowest = (a: number, b: number): number => (b < a ? b : a);
const highest = (a: number, b: number): number => (b > a ? b : a);

const againMark = ({ x, mean, interval }: FreshBest, axis: TimeAxis, colour: string): Mark => ({
  x: axis.of(x),
  y: mean,
  shape: "again",
  colour,
  ...(interval === null ? {} : { interval }),
});

function marksOf(
  input: FanInput,
  curves: Columns<CurvesMeta>,
  members: readonly number[],
  drawn: readonly Line[],
  valueAt: (step: number, line: Line | undefined) => number | null,
): Mark[] {
  const marks: Mark[] = [];
  const lineOf = (member: number): Line | undefined => drawn[fixed + members.lastIndexOf(member)];
  const add = (step: number, member: number, shape: Mark["shape"]): void => {
    const line = members.includes(member) ? lineOf(member) : undefined;
    const y = valueAt(step, line);
    if (y !== null && line !== undefined)
      marks.push({ x: input.axis.of(step), y, shape, colour: line.stroke });
  };
  const at = (name: string): ArrayLike<number> => curves.arrays[name]?.values ?? [];
  if (!input.byAncestry) {
    for (let i = 0; i < at("breakAt").length; i++) add(at("breakAt")[i]!, at("breakMember")[i]!, "copied-in");
    const [only] = members;
    if (only !== undefined) for (const child of input.children) add(child.step, only, "copied-out");
  }
  const ticked = new Map(members.map((member) => [member, lineOf(member)?.stroke]));
  for (let i = 0; i < at("nanAt").length; i++) {
    const colour = ticked.get(at("nanMember")[i]!);
    if (colour === undefined) continue;
    marks.push({ x: input.axis.of(at("nanAt")[i]!), y: 0, shape: "no-number", colour });
  }
  for (let i = 0; i < at("failedAt").length; i++) add(at("failedAt")[i]!, at("failedMember")[i]!, "failed");
  return marks;
}

function tableOf(
  metric: string,
  steps: readonly number[],
  drawn: readonly Line[],
  axis: TimeAxis,
): TableData {
  const rows: (number | string | null)[][] = [];
  for (let i = 2; i < steps.length; i += places) {
    const cells = drawn.map(({ values }) => {
      for (const place of [i, i + 1, i - 1, i - 2]) if (values[place] != null) return values[place]!;
      return null;
    });
    if (cells.some((cell) => cell !== null)) rows.push([axis.format(axis.of(steps[i]!)), ...cells]);
  }
  return {
    columns: [axis.label, ...drawn.map(({ label }, i) => (i < 7 ? `${metric} ${label}` : label))],
    rows,
  };
}
