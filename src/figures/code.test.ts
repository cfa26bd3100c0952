import { runInNewContext } from "node:vm";
import * as Plot from "@observablehq/plot";
import { describe, expect, it } from "vitest";
import {
  compareFigure,
  fanFigure,
  type Figure,
  figureDocument,
  figureSvg,
  overTimeFigure,
  pairFigure,
  plotCode,
  priceFigure,
  separationFigure,
  sharesFigure,
} from "./index.ts";

const generation = [0, 1, 2, 3];
const falling = [4, 2, 1, 0.5];
const axes = { title: 'A "run" <of>\nlines', caption: "It falls." };

const figures: Readonly<Record<string, Figure>> = {
  fan: fanFigure({
    ...axes,
    x: generation,
    xLabel: "step",
    yLabel: "loss",
    quantiles: [0, 1, 2, 3, 4, 5, 6].map((q) => falling.map((y) => y + q / 8)),
    best: falling,
    lines: [{ label: "m1", values: [3, null, 2, 1] }],
    again: { x: 3, mean: 0.7, interval: [0.6, 0.8] },
  }),
  shares: sharesFigure({
    ...axes,
    generation: [0, 1],
    shares: [0.25, 0.75, 0.5, 0.5],
    names: ["m0", "m1"],
    other: [false, true],
  }),
  price: priceFigure({
    ...axes,
    generation,
    selection: [0.1, -0.2, 0.1, 0],
    transmission: [0.1, 0.1, -0.3, 0],
    change: [0.2, -0.1, -0.2, 0],
  }),
  overTime: overTimeFigure({
    ...axes,
    generation,
    yLabel: "lineages",
    series: [{ label: "a", values: falling }],
  }),
  pair: pairFigure({
    ...axes,
    x: { name: "a", scale: "linear", ticks: [0, 1].map((at) => ({ at, value: at })) },
    y: { name: "b", scale: "linear", ticks: [0, 1].map((at) => ({ at, value: at })) },
    atX: [0.25, 0.5, 0.75],
    atY: [0.25, 0.75],
    estimate: [-0.5, 0.5, Number.NaN, 0.5, -0.5, -0.5],
    weight: [4, 4, 0, 4, 4, 4],
  }),
  separation: separationFigure(axes.title, axes.caption, {
    r: 3,
    low: 1,
    high: 8,
    curve: [
      { step: 0, excess: 1, standardError: 0.1 },
      { step: 5, excess: 0.5, standardError: 0.05 },
    ],
  } as Parameters<typeof separationFigure>[2]),
  compare: compareFigure({
    ...axes,
    xLabel: "step",
    yLabel: "best",
    fans: true,
    runs: [{ name: "a", x: generation, best: falling, low: falling, high: falling }],
  }),
};

/** What was drawn: paths, dots, boxes and lines, without axes' labels. */
const shapes = (svg: string): string[] =>
  [...svg.matchAll(/<(?:path|circle|rect|line|g)[^>]*>/g)].map(([tag]) =>
    tag.replace(/plot-[a-z]+-\d+|f[a-z0-9]+-\d+/g, "name"),
  );

describe("plotCode", () => {
  it.each(Object.entries(figures))("writes code that draws the same %s", (_name, figure) => {
    const drawn: string[] = [];
    const plot = (options: Plot.PlotOptions): void => {
      const element = Plot.plot({ ...options, document: figureDocument() }) as unknown as {
        readonly outerHTML: string;
      };
      drawn.push(element.outerHTML);
    };
    runInNewContext(plotCode(figure), { Plot: { ...Plot, plot } });
    const wanted = shapes(
      figureSvg({ ...figure, panels: figure.panels.map(({ options }) => ({ options })) }),
    );
    // Beyond the plots themselves the picture has its ground and the places of its panels.
    const plots = wanted.slice(1).filter((tag) => !tag.startsWith("<g transform"));
    expect(drawn.flatMap(shapes)).toEqual(plots);
    expect(drawn).toHaveLength(figure.panels.length);
  });

  it("keeps titles within their comments", () => {
    expect(plotCode(figures["fan"]!).split("\n")[0]).toBe('// A "run" <of> lines');
  });
});
