import * as Plot from "@observablehq/plot";
import type { Figure, Panel } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { stepAxis } from "./axes.ts";

export interface SeparationData {
  /** Selection interval / relaxation time; null: unknown. */
  readonly r: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Mean excess of the metric over its end value after a copy, in units of the excess at the copy. */
  readonly curve: readonly {
    readonly step: number;
    readonly excess: number;
    readonly standardError: number;
  }[];
}

const zones = [
  { from: 0.01, until: 0.3, name: "coupled", opacity: 0.3 },
  { from: 0.3, until: 3, name: "mixed", opacity: 0.17 },
  { from: 3, until: 1000, name: "separated", opacity: 0.05 },
];

/** Are the scales apart? The separation r on a logarithmic gauge with its three zones. */
export function gaugePanel({ r, low, high }: SeparationData): Panel {
  const clamp = (v: number): number => Math.min(1000, Math.max(0.01, v));
  return {
    options: {
      marginLeft: 16,
      marginRight: 16,
      marginTop: 18,
      x: { type: "log", domain: [0.01, 1000], label: "separation r = interval / relaxation time" },
      y: { axis: null, domain: [0, 1] },
      marks: [
        Plot.rect(zones, {
          x1: "from",
          x2: "until",
          y1: () => 0,
          y2: () => 1,
          fill: grey,
          fillOpacity: "opacity",
        }),
        Plot.text(zones, {
          x: (z: (typeof zones)[number]) => Math.sqrt(z.from * z.until),
          y: () => 1,
          text: "name",
          dy: -8,
        }),
        low === null || high === null
          ? null
          : Plot.link([0], {
              x1: () => clamp(low),
              x2: () => clamp(high),
              y1: () => 0.5,
              y2: () => 0.5,
              stroke: ink,
              strokeWidth: 3,
            }),
        r === null
          ? null
          : Plot.dot([r], {
              x: (v: number) => clamp(v),
              y: () => 0.5,
              r: 7,
              fill: category(0),
              stroke: "#ffffff",
              strokeWidth: 2,
            }),
      ],
    },
  };
}

/** How the metric relaxes after a copy: what the relaxation time is read from. */
export function relaxationPanel({ curve }: SeparationData): Panel {
  return {
    key: [
      { label: "mean excess after a copy", color: category(0) },
      { label: "± standard error", color: category(0), mark: "area" },
    ],
    options: {
      x: stepAxis("steps after the copy"),
      y: { label: "excess (1 = at the copy)", grid: true },
      marks: [
        Plot.ruleY([0], { stroke: grey }),
        Plot.areaY(curve, {
          x: "step",
          y1: (p: SeparationData["curve"][number]) => p.excess - p.standardError,
          y2: (p: SeparationData["curve"][number]) => p.excess + p.standardError,
          fill: category(0),
          fillOpacity: 0.2,
        }),
        Plot.line(curve, { x: "step", y: "excess", stroke: category(0), strokeWidth: 2 }),
      ],
    },
  };
}

export function separationFigure(title: string, caption: string, data: SeparationData): Figure {
  return {
    title,
    caption,
    columns: 1,
    panelWidth: 560,
    panelHeight: 150,
    panels: data.curve.length > 1 ? [gaugePanel(data), relaxationPanel(data)] : [gaugePanel(data)],
  };
}
