import { useEffect, useRef } from "preact/hooks";
import { inks } from "../ui/theme.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface CanvasLayerProps {
  readonly width: number;
  readonly height: number;
  /** Draws in CSS pixels; called when one of `depends` changes. */
  readonly draw: (context: CanvasRenderingContext2D) => void;
  readonly depends: readonly unknown[];
  /** Draws what the pointer or the selection brings out, over it: called when one of `overDepends` changes. */
  readonly over?: (context: CanvasRenderingContext2D) => void;
  readonly overDepends?: readonly unknown[];
  /** The picture below steps back behind what is over it. */
  readonly dim?: boolean;
  readonly onHover?: (at: Point | null) => void;
  readonly onClick?: (at: Point, add: boolean) => void;
  /** The path of a finished drag. */
  readonly onDrag?: (path: readonly Point[], add: boolean) => void;
  readonly onDouble?: () => void;
}

/** A canvas as sharp as the screen, with pointers in its own pixels. Hidden from screen readers: panels have tables. */
export function CanvasLayer(props: CanvasLayerProps) {
  const { width, height, draw, depends, over, overDepends = [], dim = false } = props;
  const { onHover, onClick, onDrag, onDouble } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const path = useRef<Point[] | null>(null);
  const theme = inks().ink;
  useEffect(() => {
    const element = canvas.current;
    if (element === null || width === 0) return;
    const context = contextOf(element, width, height);
    context.clearRect(0, 0, width, height);
    draw(context);
  }, [width, height, theme, ...depends]);
  useEffect(() => sketch([]), [width, height, theme, ...depends, ...overDepends]);
  const at = (event: PointerEvent | MouseEvent): Point => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const sketch = (points: readonly Point[]): void => {
    if (overlay.current === null || width === 0) return;
    const context = contextOf(overlay.current, width, height);
    context.clearRect(0, 0, width, height);
    context.save();
    over?.(context);
    context.restore();
    if (points.length < 2) return;
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    context.closePath();
    context.strokeStyle = inks().accent;
    context.fillStyle = `${inks().accent}22`;
    context.fill();
    context.stroke();
  };
  return (
    <div
      style={{ position: "relative", height: `${height}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        path.current = [at(event)];
      }}
      onPointerMove={(event) => {
        if (path.current !== null && onDrag !== undefined) {
          path.current.push(at(event));
          sketch(path.current);
        } else onHover?.(at(event));
      }}
      onPointerUp={(event) => {
        const points = path.current;
        path.current = null;
        if (points === null) return;
        sketch([]);
        const [first] = points;
        const here = at(event);
        const moved = Math.max(...points.map((p) => Math.hypot(p.x - first!.x, p.y - first!.y)));
        if (moved > 6 && onDrag !== undefined) onDrag(points, event.shiftKey);
        else onClick?.(here, event.shiftKey);
      }}
      onPointerLeave={() => onHover?.(null)}
      onDblClick={() => onDouble?.()}
    >
      <canvas
        ref={canvas}
        class="layer"
        aria-hidden="true"
        style={{ height: `${height}px`, opacity: dim ? 0.3 : 1 }}
      />
      <canvas ref={overlay} class="layer over" aria-hidden="true" style={{ height: `${height}px` }} />
    </div>
  );
}

function contextOf(element: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (element.width !== w || element.height !== h) {
    element.width = w;
    element.height = h;
  }
  const context = element.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
