import { useRef } from "preact/hooks";
import type { Parameter } from "../../lab/index.ts";
import { number } from "../ui/format.ts";

/** A place between low and high: by factors on a log parameter. */
export const shareOf = ({ low, high, log }: Parameter, value: number): number =>
  log === true ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

export function valueAt({ low, high, log, integer }: Parameter, share: number): number {
  const clamped = Math.min(1, Math.max(0, share));
  const raw = log === true ? low * (high / low) ** clamped : low + clamped * (high - low);
  const rounded = integer === true ? Math.round(raw) : Number(raw.toPrecision(3));
  return Math.min(high, Math.max(low, rounded));
}

interface DragNumberProps {
  readonly parameter: Parameter;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number within the text: drag it sideways, or use the arrow keys. */
export function DragNumber({ parameter, value, onChange }: DragNumberProps) {
  const from = useRef<{ readonly x: number; readonly share: number } | null>(null);
  const step = (by: number): void => {
    const next = valueAt(parameter, shareOf(parameter, value) + by);
    onChange(
      next === value && parameter.integer === true
        ? Math.min(parameter.high, Math.max(parameter.low, value + Math.sign(by)))
        : next,
    );
  };
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
        const by = {
          ArrowRight: 0.02,
          ArrowUp: 0.02,
          ArrowLeft: -0.02,
          ArrowDown: -0.02,
          PageUp: 0.1,
          PageDown: -0.1,
        }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        step(by);
      }}
    >
      {number(value)}
    </span>
  );
}
