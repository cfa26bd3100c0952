import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type DrawnAxis, type DrawnPanel, drawPanel, type Panel } from "../../figures/index.ts";
import { inks } from "../ui/theme.ts";
import { Key } from "./Key.tsx";

interface FigureViewProps {
  /** Memoise it: a new object is drawn anew. */
  readonly panel: Panel | null;
  readonly width: number;
  readonly height: number;
  /** Where the shared cursor is, in values of the x axis. */
  readonly cursorX?: number | null;
  readonly onHover?: (x: number | null, y: number | null) => void;
  readonly onClick?: (x: number, y: number, add: boolean) => void;
  readonly onBrush?: (range: readonly [number, number] | null) => void;
  /** Which of the figure's areas is outlined; −1: none. Drawn without drawing the figure anew. */
  readonly marked?: number;
  /** Stretches of the x axis: plateaus. */
  readonly shades?: readonly (readonly [number, number])[];
}

interface Drag {
  readonly from: number;
  readonly until: number;
}

/** A statistical figure: the same specification that the report and the command line draw, with a cursor and a brush over it. */
export function FigureView(props: FigureViewProps) {
  const { panel, width, height, cursorX, onHover, onClick, onBrush, marked = -1, shades = [] } = props;
  const host = useRef<HTMLDivElement>(null);
  const drawn = useSignal<DrawnPanel | null>(null);
  const drag = useSignal<Drag | null>(null);
  const theme = inks().ink;
  useEffect(() => {
    if (panel === null || width < 40 || host.current === null) return;
    const made = drawPanel(panel, width, height);
    host.current.replaceChildren(made.element);
    drawn.value = made;
  }, [panel, width, height, theme]);
  const made = drawn.value;
  useEffect(() => {
    made?.element.querySelectorAll('g[aria-label="area"]').forEach((area, i) => {
      area.toggleAttribute("data-marked", i === marked);
    });
  }, [made, marked]);
  const axis = made?.x ?? null;
  const pixel = (event: PointerEvent | MouseEvent): readonly [number, number] => {
    const box = host.current!.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const valueAt = (x: number): number | null =>
    axis?.toValue?.(Math.min(Math.max(x, axis.range[0]), axis.range[1])) ?? null;
  const heightAt = (y: number): number | null => drawn.value?.y?.toValue?.(y) ?? null;
  const onPointerDown = (event: PointerEvent): void => {
    if (onBrush === undefined || event.button !== 0 || axis?.toValue === undefined) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const [x] = pixel(event);
    drag.value = { from: x, until: x };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const [x, y] = pixel(event);
    if (drag.value !== null) drag.value = { ...drag.value, until: x };
    onHover?.(valueAt(x), heightAt(y));
  };
  const onPointerUp = (event: PointerEvent): void => {
    const now = drag.value;
    drag.value = null;
    const [x, y] = pixel(event);
    if (now !== null && Math.abs(now.until - now.from) > 4) {
      const [a, b] = [valueAt(Math.min(now.from, now.until)), valueAt(Math.max(now.from, now.until))];
      if (a !== null && b !== null) onBrush?.([a, b]);
      return;
    }
    const value = valueAt(x);
    if (value !== null) onClick?.(value, heightAt(y) ?? Number.NaN, event.shiftKey);
  };
  const [bottom, top] = made?.y?.range ?? [height, 0];
  const line = cursorX == null || axis === null ? null : axis.toPixel(cursorX);
  return (
    <div>
      <Key entries={panel?.key ?? []} />
      <div
        class="stage-area"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => onHover?.(null, null)}
        onDblClick={() => onBrush?.(null)}
      >
        {axis !== null &&
          shades.map(([from, until]) => {
            const [a, b] = [from, until].map((x) => clamped(axis, axis.toPixel(x)));
            return b! - a! < 1 ? null : (
              <div
                key={from}
                class="shade"
                style={{
                  left: `${a}px`,
                  width: `${b! - a!}px`,
                  top: `${top}px`,
                  height: `${bottom - top}px`,
                }}
              />
            );
          })}
        <div ref={host} class="plot-figure" aria-hidden="true" style={{ minHeight: `${height}px` }} />
        {line !== null && Number.isFinite(line) && (
          <div
            class="cursor-line"
            style={{ left: `${line}px`, top: `${top}px`, height: `${bottom - top}px` }}
          />
        )}
        {drag.value !== null && (
          <div
            class="brush"
            style={{
              left: `${Math.min(drag.value.from, drag.value.until)}px`,
              width: `${Math.abs(drag.value.until - drag.value.from)}px`,
            }}
          />
        )}
      </div>
    </div>
  );
}

const clamped = ({ range }: DrawnAxis, pixel: number): number =>
  Math.min(Math.max(pixel, Math.min(...range)), Math.max(...range));
