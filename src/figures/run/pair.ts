import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { grey, ink } from "../palette.ts";
import { plainNumber } from "../ticks.ts";
import { type EncodedAxis, encodedScale } from "./axes.ts";
import { contours, roundLevels } from "./contours.ts";

export interface PairData {
  readonly title: string;
  readonly caption: string;
  readonly x: EncodedAxis;
  readonly y: EncodedAxis;
  /** Encoded positions, `[n]` each. */
  readonly atX: ArrayLike<number>;
  readonly atY: ArrayLike<number>;
  /** `[n, n]`, rows by y; NaN: too few data near. */
  readonly estimate: ArrayLike<number>;
  /** `[n, n]`: how much data lies near. */
  readonly weight: ArrayLike<number>;
}

const contour = (strokeWidth: number): Plot.LinkOptions => ({
  x1: "x1",
  y1: "y1",
  x2: "x2",
  y2: "y2",
  stroke: ink,
  strokeOpacity: 0.7,
  strokeWidth,
});

/** Fitness over two hyperparameters, with contours; pale where few data are near, hatched where there are too few. */
export function pairFigure(data: PairData): Figure {
  const [nx, ny] = [data.atX.length, data.atY.length];
  const half = (at: ArrayLike<number>): number => (at.length < 2 ? 0.5 : (at[1]! - at[0]!) / 2);
  const [hx, hy] = [half(data.atX), half(data.atY)];
  let most = 0;
  for (let i = 0; i < nx * ny; i++) most = Math.max(most, data.weight[i] ?? 0);
  const cells = Array.from({ length: nx * ny }, (_, k) => {
    const [x, y] = [data.atX[k % nx]!, data.atY[Math.floor(k / nx)]!];
    return {
      x1: x - hx,
      x2: x + hx,
      y1: y - hy,
      y2: y + hy,
      value: data.estimate[k]!,
      opacity: 0.35 + 0.65 * Math.min(1, (4 * (data.weight[k] ?? 0)) / (most || 1)),
    };
  });
  const known = cells.filter(({ value }) => !Number.isNaN(value));
  const size = known.reduce((top, { value }) => Math.max(top, Math.abs(value)), 0) || 1;
  const { step, levels } = roundLevels(size);
  // Between values without an order there is nothing to go on.
  const ordered = data.x.scale !== "category" && data.y.scale !== "category";
  const lines = ordered ? contours(data.atX, data.atY, data.estimate, levels) : [];
  const corners = { x1: "x1", x2: "x2", y1: "y1", y2: "y2", shapeRendering: "crispEdges" };
  return {
    title: data.title,
    caption: data.caption,
    columns: 1,
    panelWidth: 460,
    panelHeight: 380,
    panels: [
      {
        key: [
          { label: "better than its generation", color: "#0072b2", mark: "area" },
          { label: "worse", color: "#d55e00", mark: "area" },
          ...(lines.length === 0
            ? []
            : [{ label: `contours, ${plainNumber(step)} apart; thick: the mean`, color: ink }]),
          { label: "too few data", color: grey, dash: "2 2" },
        ],
        options: {
          x: encodedScale(data.x),
          y: encodedScale(data.y),
          marks: [
            Plot.rect(known, {
              ...corners,
              fill: ({ value }: (typeof cells)[number]) => (value >= 0 ? "#0072b2" : "#d55e00"),
              fillOpacity: ({ value, opacity }: (typeof cells)[number]) =>
                0.9 * opacity * (0.08 + 0.92 * (Math.abs(value) / size)),
            }),
            Plot.link(
              cells.filter(({ value }) => Number.isNaN(value)),
              { x1: "x1", x2: "x2", y1: "y1", y2: "y2", stroke: grey, strokeOpacity: 0.35, strokeWidth: 0.7 },
            ),
            Plot.link(
              lines.filter(({ level }) => level !== 0),
              contour(0.8),
            ),
            Plot.link(
              lines.filter(({ level }) => level === 0),
              contour(1.8),
            ),
          ],
        },
      },
    ],
  };
}
