import { useRef } from "preact/hooks";
import { type Parameter, shareOf, valueAt } from "../../lab/index.ts";
import { number } from "../ui/format.ts";

interface DragNumberProps {
  readonly parameter: Parameter;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

const strides: Readonly<Record<string, number>> = {
  ArrowRight: 0.02,
  ArrowUp: 0.02,
  ArrowLeft: -0.02,
  ArrowDown: -0.02,
  PageUp: 0.1,
  PageDown: -0.1,
};

/** Where a key takes a parameter: a fiftieth of its range, a tenth, or an end; null: the key does nothing. */
export function keyed(parameter: Parameter, value: number, key: string): number | null {
  if (key === "Home") return parameter.low;
  if (key === "End") return parameter.high;
  const by = strides[key];
  if (by === undefined) return null;
  const next = valueAt(parameter, shareOf(parameter, value) + by);
  // A whole number moves by one at least.
  if (next !== value || parameter.integer !== true) return next;
  return Math.min(parameter.high, Math.max(parameter.low, value + Math.sign(by)));
}

/** A number within the text: drag it sideways, or use the arrow keys. */
export function DragNumber({ parameter, value, onChange }: DragNumberProps) {
  const from = useRef<{ readonly x: number; readonly share: number } | null>(null);
  return (
    <span
      class="drag"
      role="slider"
      tabIndex={0}
      aria-label={parameter.label}
      aria-valuemin={parameter.low}
      aria-valuemax={parameter.high}
      aria-valuenow={value}
      title={`${parameter.label}: drag, or use the arrow keys`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, share: shareOf(parameter, value) };
      }}
      onPointerMove={(event) => {
        if (from.current === null) return;
        onChange(valueAt(parameter, from.current.share + (event.clientX - from.current.x) / 240));
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const next = keyed(parameter, value, event.key);
        if (next === null) return;
        event.preventDefault();
        onChange(next);
      }}
    >
      {number(value)}
    </span>
  );
}
