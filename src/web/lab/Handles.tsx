import { useRef } from "preact/hooks";
import { pixelAt, placeAt, type PlacedHandle, shareOf, valueAt } from "../../lab/index.ts";
import { number } from "../ui/format.ts";
import { keyed } from "./DragNumber.tsx";
import type { RecipeText } from "./messages.ts";

interface HandlesProps {
  readonly recipe: RecipeText;
  readonly handles: readonly PlacedHandle[];
  /** Width and height of the picture in its own pixels. */
  readonly size: readonly [number, number];
  readonly values: Readonly<Record<string, number>>;
  readonly onChange: (name: string, value: number) => void;
}

/** Points on the figure itself: drag one, or move it by the arrow keys, and the figure follows. */
export function Handles({ recipe, handles, size, values, onChange }: HandlesProps) {
  const area = useRef<HTMLDivElement>(null);
  /** Between the pointer and the middle of the point that it holds, in pixels of the picture. */
  const held = useRef<{ readonly name: string; readonly slip: number } | null>(null);
  const [width, height] = size;
  const along = (handle: PlacedHandle, event: PointerEvent): number => {
    const box = area.current!.getBoundingClientRect();
    return handle.axis === "x"
      ? ((event.clientX - box.left) / box.width) * width
      : ((event.clientY - box.top) / box.height) * height;
  };
  return (
    <div class="handles" ref={area}>
      {handles.map((handle) => {
        const name = handle.parameter;
        const of = recipe.parameters[name]!;
        const value = values[name]!;
        const at = pixelAt(handle, shareOf(of, value));
        const [x, y] = handle.axis === "x" ? [at, handle.across] : [handle.across, at];
        return (
          <span
            key={name}
            class="handle"
            data-axis={handle.axis}
            style={{ left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%` }}
            role="slider"
            tabIndex={0}
            aria-label={`${of.label}, on the figure`}
            aria-orientation={handle.axis === "x" ? "horizontal" : "vertical"}
            aria-valuemin={of.low}
            aria-valuemax={of.high}
            aria-valuenow={value}
            aria-valuetext={number(value)}
            title={`${of.label}: drag, or use the arrow keys`}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              held.current = { name, slip: along(handle, event) - at };
            }}
            onPointerMove={(event) => {
              if (held.current?.name !== name) return;
              onChange(name, valueAt(of, placeAt(handle, along(handle, event) - held.current.slip)));
            }}
            onPointerUp={() => {
              held.current = null;
            }}
            onKeyDown={(event) => {
              // On an axis that grows to the left or downwards, the arrows still point where the point goes.
              const rising = handle.pixels.at(-1)! >= handle.pixels[0]!;
              const turned = handle.axis === "x" ? !rising : rising;
              const next = keyed(of, value, turned ? (opposite[event.key] ?? event.key) : event.key);
              if (next === null) return;
              event.preventDefault();
              onChange(name, next);
            }}
          />
        );
      })}
    </div>
  );
}

const opposite: Readonly<Record<string, string>> = {
  ArrowRight: "ArrowLeft",
  ArrowLeft: "ArrowRight",
  ArrowUp: "ArrowDown",
  ArrowDown: "ArrowUp",
  PageUp: "PageDown",
  PageDown: "PageUp",
};
