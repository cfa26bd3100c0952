import { describe, expect, it } from "vitest";
import {
  coalescent,
  column,
  compareFigure,
  type EncodedAxis,
  fanFigure,
  type Figure,
  figureSvg,
  layOut,
  lineOf,
  overTimeFigure,
  pairFigure,
  priceFigure,
  progressionFigure,
  relatives,
  scatterFigure,
  scheduleFigure,
  separationFigure,
  sharesFigure,
  slicesFigure,
  treeFigure,
} from "./index.ts";

/** Rational data: the same digits on every machine. */
const generations = Array.from({ length: 9 }, (_, g) => g);
const lr: EncodedAxis = {
  name: "lr",
  scale: "log",
  ticks: Array.from({ length: 5 }, (_, i) => ({ at: i / 4, value: 10 ** (i - 5) })),
};
const optimizer: EncodedAxis = {
  name: "optimizer",
  scale: "category",
  ticks: ["sgd", "adam", "<lion>"].map((value, i) => ({ at: (i + 0.5) / 3, value })),
};
const steps = Array.from({ length: 40 }, (_, i) => 25 * (i + 1));
const falling = (floor: number, height: number) => steps.map((x) => floor + height / (1 + x / 100));
const title = 'A run named <img src=x> & "more"';
const caption = "Best 0.1 after 900 steps.";

/** m00 goes on, m01 copies m00, m02 copies m01; the founders m01 and m02 die out. */
const feed = {
  meta: { first: 0 },
  arrays: Object.fromEntries(
    Object.entries({
      generation: [0, 0, 0, 1, 1, 1, 2, 2, 2],
      member: [0, 1, 2, 0, 1, 2, 0, 1, 2],
      parent: [-1, -1, -1, 0, 0, 2, 3, 4, 4],
      donor: [-1, -1, -1, -1, 0, -1, -1, -1, 1],
      founder: [0, 1, 2, 0, 0, 2, 0, 0, 0],
      surviving: [1, 0, 0, 1, 1, 0, 1, 1, 1],
      value: [5, 6, 7, 4, 4, 6, 3, 3, 3],
    }).map(([name, values]) => [name, column(Int32Array.from(values))]),
  ),
};
/** The best is the last state of m02. */
const family = layOut(feed, true, { member: 2, generation: 2 });
const line = lineOf(family);

const figures: Readonly<Record<string, Figure>> = {
  fan: fanFigure({
    title,
    caption,
    x: steps,
    xLabel: "step",
    yLabel: "loss",
    quantiles: [0, 1, 2, 3, 4, 5, 6].map((i) => falling(0.1 + i / 20, 1 + i / 4)),
    best: falling(0.1, 1),
    again: { x: 900, mean: 0.3, interval: [0.25, 0.35] },
    lines: [{ label: "m07", values: falling(0.2, 1.5).map((y, i) => (i === 12 ? null : y)) }],
  }),
  shares: sharesFigure({
    title,
    caption,
    generation: generations,
    shares: generations.flatMap((g) => [(2 + g) / 12, 3 / 12, (7 - g) / 12]),
    names: ["m00", "m03", "others"],
    other: [false, false, true],
    marked: 0,
  }),
  tree: treeFigure({
    title,
    caption,
    strands: family.shown.map((i) => {
      const won = line.find(({ strand }) => strand === i);
      const { member, row, from, until, parent, surviving, founder } = family.strands[i]!;
      return {
        name: `m0${member}`,
        row,
        from,
        until,
        parentRow: parent < 0 ? null : family.strands[parent]!.row,
        colour: [0, -1, 1][founder]!,
        surviving,
        ...(won === undefined ? {} : { wonUntil: won.until }),
      };
    }),
  }),
  progression: progressionFigure(title, caption, [
    {
      axis: lr,
      generation: generations,
      bins: 8,
      density: generations.flatMap((g) =>
        Array.from({ length: 8 }, (_, b) => (b === 4 ? (g + 1) / 10 : (9 - g) / 70)),
      ),
      mean: generations.map((g) => 0.5 + g / 100),
      winner: generations.map((g) => (g < 7 ? 0.4 + g / 50 : Number.NaN)),
      founders: [0.1, 0.4, 0.8],
    },
  ]),
  slices: slicesFigure(title, caption, [
    {
      axis: lr,
      notIdentifiable: null,
      at: [0.2, 0.4, 0.6, 0.8],
      estimate: [-0.5, 0.25, 0.5, -0.25],
      low: [-0.75, 0, 0.25, null],
      high: [-0.25, 0.5, 0.75, null],
      rug: [0.4, 0.5, 0.6],
      gradient: 0.05,
    },
    {
      axis: optimizer,
      notIdentifiable: "Not identifiable: 6 evaluations, and at least 24 are needed.",
      at: [],
      estimate: [],
      low: [],
      high: [],
      rug: [],
      gradient: null,
    },
  ]),
  separation: separationFigure(title, caption, {
    r: 2,
    low: 1,
    high: 4,
    curve: steps.slice(0, 20).map((step) => ({ step, excess: 1 / (1 + step / 100), standardError: 0.05 })),
  }),
  "separation-unknown": separationFigure(title, caption, { r: null, low: null, high: null, curve: [] }),
  price: priceFigure({
    title,
    caption,
    generation: generations,
    selection: generations.map((g) => (g - 4) / 100),
    transmission: generations.map((g) => (3 - g) / 200),
    change: generations.map((g) => (g - 4) / 100 + (3 - g) / 200),
  }),
  "over-time": overTimeFigure({
    title,
    caption,
    generation: generations,
    yLabel: "effective lineages",
    series: [
      { label: "effective lineages", values: generations.map((g) => 12 / (g + 1)) },
      { label: "neutral", values: generations.map(() => 5), reference: true },
    ],
  }),
  schedule: scheduleFigure({
    title,
    caption,
    axes: [lr, optimizer],
    legs: [
      { fromStep: 0, untilStep: 100, coordinates: [0.25, 0.5], copied: false },
      { fromStep: 100, untilStep: 200, coordinates: [0.5, 0.5], copied: true },
      { fromStep: 200, untilStep: 300, coordinates: [0.625, Number.NaN], copied: false },
    ],
  }),
  compare: compareFigure({
    title,
    caption,
    xLabel: "step",
    yLabel: "loss",
    fans: true,
    runs: ["pbt", "random", "<frozen>"].map((name, i) => ({
      name,
      x: steps,
      best: falling(0.05 + i / 10, 1),
      low: falling(0.1 + i / 10, 1),
      high: falling(0.3 + i / 10, 1.5),
    })),
  }),
  scatter: scatterFigure({
    title,
    caption,
    x: lr,
    y: optimizer,
    founders: [[0.2, 0.5]],
    points: [
      { x: 0.25, y: 1 / 6, value: 0.5, failed: false },
      { x: 0.5, y: 0.5, value: 0.25, failed: false },
      { x: 0.75, y: 5 / 6, value: Number.NaN, failed: true },
    ],
    valueLabel: "loss",
    lowerIsBetter: true,
  }),
  pair: pairFigure({
    title,
    caption,
    x: lr,
    y: { ...lr, name: "decay" },
    atX: [0.125, 0.375, 0.625, 0.875],
    atY: [0.25, 0.5, 0.75],
    estimate: [-0.5, -0.25, 0.25, Number.NaN, -0.25, 0.25, 0.5, 0.25, -0.5, 0, 0.25, -0.25],
    weight: [2, 4, 8, 0, 4, 8, 8, 4, 2, 4, 8, 2],
  }),
};

/** Two digits after the point: Node versions differ in the last digit of a logarithm. */
const rounded = (svg: string): string =>
  svg.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));

describe("strands of a lineage", () => {
  it("join a member's own segments, begin anew at copies, and come clade by clade", () => {
    const shown = family.shown.map((i) => family.strands[i]!);
    expect(shown.map(({ member, from, until, parent }) => [member, from, until, parent])).toEqual([
      [0, 0, 3, -1],
      [1, 1, 3, 0],
      [2, 2, 3, 3],
      [1, 0, 1, -1],
      [2, 0, 2, -1],
    ]);
    expect(shown.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(shown.map(({ surviving }) => surviving)).toEqual([true, true, true, false, false]);
  });

  it("know their ancestors and descendants", () => {
    const named = (member: number, from: number): number =>
      family.strands.findIndex((strand) => strand.member === member && strand.from === from);
    expect(relatives(family, named(1, 1))).toEqual(new Set([named(0, 0), named(1, 1), named(2, 2)]));
    expect(relatives(family, named(1, 0))).toEqual(new Set([named(1, 0)]));
  });
});

describe("the line to a state", () => {
  const at = (tree: typeof family) =>
    lineOf(tree).map(({ strand, until }) => [tree.strands[strand]!.member, until]);

  it("holds of each strand what the state descends from", () => {
    expect(at(family)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(at(layOut(feed, true, { member: 1, generation: 1 }))).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(at(layOut(feed, true, { member: 7, generation: 1 }))).toEqual([]);
    expect(at(layOut(feed, true))).toEqual([]);
  });

  it("is shown beside the survivors' even where it has died out", () => {
    expect(layOut(feed, false).shown).toHaveLength(3);
    const kept = layOut(feed, false, { member: 2, generation: 1 });
    expect(kept.shown.map((i) => [kept.strands[i]!.member, kept.strands[i]!.surviving])).toEqual([
      [0, true],
      [1, true],
      [2, true],
      [2, false],
    ]);
    expect(at(kept)).toEqual([[2, 2]]);
  });

  it("lies on steps where members count generations of their own", () => {
    // m0 has done four segments of 50 steps when m1, whose first took as long, copies it and trains one more.
    const late = layOut(
      {
        meta: { first: 0 },
        arrays: Object.fromEntries(
          Object.entries({
            generation: [0, 1, 2, 0, 3, 1],
            member: [0, 0, 0, 1, 0, 1],
            parent: [-1, 0, 1, -1, 2, 2],
            donor: [-1, -1, -1, -1, -1, 0],
            founder: [0, 0, 0, 1, 0, 0],
            surviving: [1, 1, 1, 0, 1, 1],
            value: [5, 4, 3, 5, 3, 2],
            fromStep: [0, 50, 100, 0, 150, 150],
            untilStep: [50, 100, 150, 50, 200, 200],
          }).map(([name, values]) => [name, column(Int32Array.from(values))]),
        ),
      },
      false,
      { member: 1, generation: 1 },
      "step",
    );
    expect(
      late.shown.map((i) => late.strands[i]!).map(({ member, from, until }) => [member, from, until]),
    ).toEqual([
      [0, 0, 200],
      [1, 150, 200],
    ]);
    expect(at(late)).toEqual([
      [0, 150],
      [1, 200],
    ]);
    expect(late.last).toBe(200);
  });
});

describe("the coalescent", () => {
  const cut = (keep: { readonly member: number; readonly generation: number } | null) => {
    const tree = layOut(feed, true, keep);
    const made = coalescent(tree);
    return made.shown.map((i) => {
      const { member, from, until, row } = made.strands[i]!;
      return [row, member, from, until];
    });
  };

  it("has of each strand only what the newest descend from", () => {
    expect(cut(null)).toEqual([
      [0, 0, 0, 3],
      [1, 1, 1, 3],
      [2, 2, 2, 3],
    ]);
  });

  it("keeps the line to a state that died out, and no more of it", () => {
    expect(cut({ member: 2, generation: 0 })).toContainEqual([3, 2, 0, 1]);
  });

  it("cuts a strand where its last copy with descendants was made", () => {
    // m00 hands over to m01 after the first generation, and is itself replaced by it after the second.
    const tree = layOut(
      {
        meta: { first: 0 },
        arrays: Object.fromEntries(
          Object.entries({
            generation: [0, 1, 1, 2, 2],
            member: [0, 0, 1, 0, 1],
            parent: [-1, 0, 0, 2, 2],
            donor: [-1, -1, 0, 1, -1],
            founder: [0, 0, 0, 0, 0],
            surviving: [1, 0, 1, 1, 1],
            value: [5, 4, 4, 3, 3],
          }).map(([name, values]) => [name, column(Int32Array.from(values))]),
        ),
      },
      true,
    );
    const spans = (of: typeof tree) =>
      of.shown.map((i) => [of.strands[i]!.member, of.strands[i]!.from, of.strands[i]!.until]);
    expect(spans(tree)).toEqual([
      [0, 0, 2],
      [1, 1, 3],
      [0, 2, 3],
    ]);
    expect(spans(coalescent(tree))).toEqual([
      [0, 0, 1],
      [1, 1, 3],
      [0, 2, 3],
    ]);
  });
});

describe("figures of runs", () => {
  it.each(Object.entries(figures))("draw %s as before", async (name, figure) => {
    await expect(rounded(figureSvg(figure))).toMatchFileSnapshot(`./golden/${name}.svg`);
  });

  it.each(Object.entries(figures))("draw %s with names as text", (_, figure) => {
    const svg = figureSvg(figure);
    expect(svg).not.toMatch(/<(img|lion|frozen)/);
    expect(svg).not.toContain("NaN");
    expect(svg).not.toContain("undefined");
  });
});
