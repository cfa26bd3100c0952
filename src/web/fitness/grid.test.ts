import { describe, expect, it } from "vitest";
import { column, type Columns } from "../../figures/index.ts";
import type { CurvesMeta } from "../../server/index.ts";
import { gridSteps, memberOnGrid, smoothed } from "./grid.ts";

const nan = Number.NaN;

function curves(
  members: readonly number[],
  rows: readonly (readonly [first: number, min: number, max: number, last: number])[][],
  breaks: readonly { readonly at: number; readonly member: number }[] = [],
): Columns<CurvesMeta> {
  const px = rows[0]!.length;
  const pick = (k: number) => ({
    shape: [members.length, px],
    values: Float32Array.from(rows.flatMap((row) => row.map((bucket) => bucket[k]!))),
  });
  return {
    meta: {
      metric: "loss",
      source: "samples",
      x0: 0,
      x1: px * 10,
      px,
      pixelSteps: 10,
      bucketSamples: 1,
      seq: 0,
      version: 0,
      members,
    },
    arrays: {
      first: pick(0),
      min: pick(1),
      max: pick(2),
      last: pick(3),
      breakAt: column(Float32Array.from(breaks, ({ at }) => at)),
      breakMember: column(Int32Array.from(breaks, ({ member }) => member)),
    },
  };
}

/** What is drawn: values, and one null for each gap. */
const shape = (line: readonly (number | null | undefined)[]): (number | null)[] =>
  line.filter((v, i) => v !== undefined && !(v === null && line[i - 1] === null)) as (number | null)[];

describe("memberOnGrid", () => {
  it("draws first, the extremes in the order of the trend, and last in each pixel", () => {
    const line = memberOnGrid(
      curves(
        [4],
        [
          [
            [3, 1, 5, 2],
            [2, 1, 6, 4],
          ],
        ],
      ),
      0,
      2,
    );
    expect(line).toEqual([3, 5, 1, 2, 2, 1, 6, 4]);
  });

  it("skips pixels without samples, and breaks after the boundary at which the member became a copy", () => {
    const one = [7, 7, 7, 7] as const;
    const none = [nan, nan, nan, nan] as const;
    const line = memberOnGrid(
      curves(
        [4, 5],
        [
          [one, none, one, one],
          [one, one, one, one],
        ],
        [{ at: 10, member: 4 }],
      ),
      0,
      4,
    );
    const broken = line.indexOf(null);
    expect(broken).toBeGreaterThan(2);
    expect(broken).toBeLessThan(10);
    expect(shape(line)).toEqual([7, null, 7, 7]);
    expect(memberOnGrid(curves([5], [[one, one]], [{ at: 10, member: 4 }]), 0, 2)).not.toContain(null);
  });

  it("keeps the sample at the boundary on the old line, and parts old from new where a pixel holds both", () => {
    const at = (v: number) => [v, v, v, v] as const;
    const apart = memberOnGrid(curves([4], [[at(9), at(5), at(1)]], [{ at: 10, member: 4 }]), 0, 3);
    expect(shape(apart)).toEqual([9, 5, null, 1]);
    const mixed = memberOnGrid(curves([4], [[at(9), [8, 1, 8, 1], at(1)]], [{ at: 15, member: 4 }]), 0, 3);
    expect(shape(mixed)).toEqual([9, 8, null, 1, 1]);
  });
});

it("leaves a gap where samples were no numbers, also beside numbers in the same pixel", () => {
  const at = (v: number) => [v, v, v, v] as const;
  const data = curves([4], [[at(9), [nan, nan, nan, nan], at(1), [3, 2, 3, nan]]]);
  const told: typeof data = {
    ...data,
    arrays: {
      ...data.arrays,
      nanAt: column(Float32Array.of(15, 35)),
      nanMember: column(Int32Array.of(4, 4)),
    },
  };
  expect(shape(memberOnGrid(told, 0, 4))).toEqual([9, null, 1, 3, 2, 3, null]);
  // Without a word of it, an empty pixel is one between samples.
  expect(shape(memberOnGrid(data, 0, 4))).toEqual([9, 1, 3, 2, 3]);
});

describe("smoothed", () => {
  it("is unbiased: a constant stays itself from the first sample on", () => {
    const line = smoothed([5, 5, undefined, 5], [0, 10, 20, 30], 7);
    expect(line[2]).toBeUndefined();
    for (const i of [0, 1, 3]) expect(line[i]).toBeCloseTo(5, 12);
  });

  it("weighs by distance in steps, with the half-life, whatever the sampling", () => {
    const [, second] = smoothed([0, 1], [0, 10], 10) as number[];
    // Weights 1/2 and 1: (0 · ½ + 1 · 1) / 1.5.
    expect(second).toBeCloseTo(2 / 3, 12);
    const [, far] = smoothed([0, 1], [0, 1000], 10) as number[];
    expect(far).toBeCloseTo(1, 12);
  });

  it("begins anew after a break, and does nothing when off", () => {
    expect(smoothed([0, null, 1], [0, 10, 20], 10)).toEqual([0, null, 1]);
    const line = [1, undefined, 2];
    expect(smoothed(line, [0, 1, 2], 0)).toBe(line);
  });
});

it("places four columns in a pixel, evenly", () => {
  expect(gridSteps(curves([1], [[[1, 1, 1, 1]]]).meta, 1)).toEqual([1.25, 3.75, 6.25, 8.75]);
});
