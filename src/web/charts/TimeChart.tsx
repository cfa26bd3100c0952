import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { inks } from "../ui/theme.ts";
import { number } from "../ui/format.ts";

/** A line of a chart. `null` in the values breaks it, `undefined` is skipped over. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null | undefined)[];
  readonly stroke: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly stepped?: boolean;
  readonly faint?: boolean;
}

/** What happened at a point: told apart by shape, not by colour alone. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly shape: "copied-in" | "copied-out" | "failed" | "no-number" | "again";
  /** An interval around `y`. */
  readonly interval?: readonly [number, number];
  readonly colour: string;
}

export interface TimeChartProps {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** Filled areas between two lines (indices), with their colour. */
  readonly bands?: readonly { readonly upper: number; readonly lower: number; readonly fill: string }[];
  readonly marks?: readonly Mark[];
  /** Stretches of the x axis: plateaus. */
  readonly shades?: readonly (readonly [number, number])[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly logY?: boolean;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly formatX?: (value: number) => string;
  /** A vertical line where the shared cursor is; null: none. */
  readonly cursorX?: number | null;
  /** Index of the column and of the nearest line (−1: none near). */
  readonly onHover?: (column: number | null, line: number) => void;
  readonly onClick?: (column: number, line: number, add: boolean) => void;
  readonly onBrush?: (range: readonly [number, number] | null) => void;
}

/** Dense curves on a canvas. The data decide nothing that a person has set: both ranges are given. */
export function TimeChart(props: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const now = useRef(props);
  now.current = props;
  const colours = inks();
  const shape = [
    props.lines
      .map((line) => `${line.stroke}${line.width ?? ""}${line.dash?.join() ?? ""}${line.stepped ?? ""}`)
      .join("|"),
    props.bands?.map(({ upper, lower, fill }) => `${upper}${lower}${fill}`).join("|") ?? "",
    props.logY === true,
    colours.ink,
    props.xLabel,
    props.yLabel,
  ].join("#");
  useEffect(() => {
    if (host.current === null || props.width === 0) return undefined;
    const made = new uPlot(options(now, colours), dataOf(now.current), host.current);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [shape, props.width > 0]);
  useEffect(() => {
    const it = chart.current;
    if (it === null || props.width === 0) return;
    if (it.width !== props.width || it.height !== props.height) {
      it.setSize({ width: props.width, height: props.height });
    }
    it.setData(dataOf(props), true);
  }, [
    props.x,
    props.lines,
    props.width,
    props.height,
    String(props.xRange),
    String(props.yRange),
    props.marks,
  ]);
  useEffect(() => {
    chart.current?.redraw(false);
  }, [props.shades]);
  useEffect(() => placeCursor(chart.current, props.cursorX));
  return <div ref={host} aria-hidden="true" class="chart" style={{ height: `${props.height}px` }} />;
}

const dataOf = (props: TimeChartProps): uPlot.AlignedData =>
  [props.x, ...props.lines.map((line) => line.values)] as unknown as uPlot.AlignedData;

type Now = { readonly current: TimeChartProps };

function options(now: Now, colours: ReturnType<typeof inks>): uPlot.Options {
  const { width, height, lines, bands, logY } = now.current;
  const axis = (side: number, label: string): uPlot.Axis => ({
    side,
    label,
    labelSize: 18,
    labelFont: "12px system-ui, sans-serif",
    font: "11px system-ui, sans-serif",
    labelGap: 0,
    stroke: colours.soft,
    grid: { stroke: `${colours.ink}1a`, width: 1 },
    ticks: { show: false },
    gap: 4,
  });
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    scales: {
      x: { time: false, range: () => [...now.current.xRange] as [number, number] },
      y: { distr: logY === true ? 3 : 1, range: () => [...now.current.yRange] as [number, number] },
    },
    axes: [
      {
        ...axis(2, now.current.xLabel),
        size: 26,
        values: (_u, ticks) => ticks.map((v) => (now.current.formatX ?? number)(v)),
      },
      {
        ...axis(3, now.current.yLabel),
        size: 46,
        values: (_u, ticks) => ticks.map((v) => (v === null ? "" : number(v))),
      },
    ],
    series: [
      {},
      ...lines.map(
        (line): uPlot.Series => ({
          label: line.label,
          stroke: line.stroke,
          width: line.width ?? 1,
          alpha: line.faint === true ? 0.3 : 1,
          points: { show: true, size: 5, fill: line.stroke, filter: alone },
          ...(line.dash === undefined ? {} : { dash: [...line.dash] }),
          ...(line.stepped === true ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
        }),
      ),
    ],
    bands: (bands ?? []).map(({ upper, lower, fill }) => ({ series: [upper + 1, lower + 1], fill })),
    cursor: {
      points: { show: false },
      y: false,
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          now.current.onBrush?.(null);
          return null;
        },
      },
    },
    hooks: {
      ready: [(u) => listen(u, now)],
      setCursor: [(u) => now.current.onHover?.(u.cursor.idx ?? null, nearest(u, now.current.lines))],
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          const range = [
            u.posToVal(u.select.left, "x"),
            u.posToVal(u.select.left + u.select.width, "x"),
          ] as const;
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          now.current.onBrush?.(range);
        },
      ],
      drawClear: [(u) => drawShades(u, now.current, colours)],
      draw: [(u) => drawMarks(u, now.current)],
    },
  };
}

/** Values with a gap on both sides: a line would not show them. */
function alone(u: uPlot, series: number): number[] {
  const values = u.data[series] as Line["values"];
  const found: number[] = [];
  let before = -1;
  let gap = true;
  let single = false;
  values.forEach((value, i) => {
    if (value === undefined) return;
    if (value === null) {
      if (single) found.push(before);
      gap = true;
      single = false;
      return;
    }
    single = gap;
    gap = false;
    before = i;
  });
  if (single) found.push(before);
  return found;
}

/** The shared cursor is an element over the canvas: moving it draws nothing anew. */
function placeCursor(u: uPlot | null, at: number | null | undefined): void {
  if (u === null) return;
  let line = u.over.querySelector<HTMLElement>(".cursor-line");
  if (line === null) {
    line = document.createElement("div");
    line.className = "cursor-line";
    u.over.append(line);
  }
  const left = at == null ? Number.NaN : u.valToPos(at, "x");
  line.hidden = !(left >= 0 && left <= u.over.clientWidth);
  line.style.left = `${left}px`;
}

/** Clicks select; Ctrl and the wheel zoom time, so that the wheel alone scrolls the page. */
function listen(u: uPlot, now: Now): void {
  let down = 0;
  u.over.addEventListener("pointerdown", (event) => (down = event.clientX));
  u.over.addEventListener("click", (event) => {
    if (Math.abs(event.clientX - down) > 3) return;
    const { idx } = u.cursor;
    if (idx != null) now.current.onClick?.(idx, nearest(u, now.current.lines), event.shiftKey);
  });
  u.over.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const at = u.posToVal(u.cursor.left ?? 0, "x");
      const factor = event.deltaY > 0 ? 1.25 : 0.8;
      const [low, high] = now.current.xRange;
      now.current.onBrush?.([at - (at - low) * factor, at + (high - at) * factor]);
    },
    { passive: false },
  );
}

/** The line under the pointer, within 16 pixels. */
function nearest(u: uPlot, lines: readonly Line[]): number {
  const { idx, top } = u.cursor;
  if (idx == null || top === undefined || top < 0) return -1;
  let best = -1;
  let distance = 16;
  lines.forEach(({ values }, i) => {
    const value = values[idx];
    if (value == null) return;
    const away = Math.abs(u.valToPos(value, "y") - top);
    if (away < distance) {
      distance = away;
      best = i;
    }
  });
  return best;
}

function drawShades(u: uPlot, { shades = [] }: TimeChartProps, colours: ReturnType<typeof inks>): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = `${colours.rest}1f`;
  for (const [from, until] of shades) {
    const x0 = u.valToPos(from, "x", true);
    ctx.fillRect(x0, bbox.top, u.valToPos(until, "x", true) - x0, bbox.height);
  }
  ctx.restore();
}

function drawMarks(u: uPlot, { marks = [], xRange }: TimeChartProps): void {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio;
  // A mark at the very end of the run stands half beside the plot.
  const beside = 8 * unit;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - beside, bbox.top, bbox.width + 2 * beside, bbox.height);
  ctx.clip();
  for (const mark of marks) {
    if (mark.x < xRange[0] || mark.x > xRange[1]) continue;
    const [x, y] = [u.valToPos(mark.x, "x", true), u.valToPos(mark.y, "y", true)];
    const r = 4 * unit;
    ctx.beginPath();
    if (mark.shape === "no-number") {
      // There is no height for it: a tick on the axis.
      ctx.fillStyle = mark.colour;
      ctx.fillRect(x - 0.75 * unit, bbox.top + bbox.height - 9 * unit, 1.5 * unit, 9 * unit);
      continue;
    }
    if (mark.shape === "failed") {
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x + r, y - r);
      ctx.lineTo(x - r, y + r);
      ctx.strokeStyle = mark.colour;
      ctx.lineWidth = 2 * unit;
      ctx.stroke();
      continue;
    }
    if (mark.shape === "again") {
      ctx.fillStyle = mark.colour;
      if (mark.interval !== undefined) {
        const [low, high] = mark.interval.map((value) => u.valToPos(value, "y", true));
        ctx.fillRect(x - unit, Math.min(low!, high!), 2 * unit, Math.abs(high! - low!));
      }
      ctx.moveTo(x, y - 1.5 * r);
      ctx.lineTo(x + 1.2 * r, y);
      ctx.lineTo(x, y + 1.5 * r);
      ctx.lineTo(x - 1.2 * r, y);
      ctx.closePath();
      ctx.fill();
      continue;
    }
    const down = mark.shape === "copied-in" ? 1 : -1;
    ctx.moveTo(x - r, y - down * r * 1.6);
    ctx.lineTo(x + r, y - down * r * 1.6);
    ctx.lineTo(x, y);
    ctx.closePath();
    ctx.fillStyle = mark.colour;
    ctx.fill();
  }
  ctx.restore();
}
