import { freshLabel } from "../../figures/index.ts";
import type { FanModel } from "./fanModel.ts";

const entry = (label: string, colour: string, wide: boolean, dash?: readonly number[]) => (
  <span key={label}>
    <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
      {wide ? (
        <rect width="18" height="10" fill={colour} />
      ) : (
        <line x2="18" y1="5" y2="5" stroke={colour} stroke-width="2" stroke-dasharray={dash?.join(" ")} />
      )}
    </svg>
    {label}
  </span>
);

/** What the bands and lines are, and the shapes of the marks. */
export function FanKey({ model }: { readonly model: FanModel }) {
  const lines = model.drawn.slice(8).filter(({ faint }) => faint !== true);
  const shapes = new Set(model.marks.map(({ shape }) => shape));
  return (
    <div class="key">
      {entry("all · 80 % · half of the members", model.bands[1]!.fill, true)}
      {entry("median", model.drawn[3]!.stroke, false)}
      {model.drawn[7]!.values.some((value) => value != null && Number.isFinite(value)) &&
        entry("best so far", model.drawn[7]!.stroke, false)}
      {lines.slice(0, 8).map(({ label, stroke, dash }) => entry(label, stroke, false, dash))}
      {lines.length > 8 && <span>and {lines.length - 8} more</span>}
      {shapes.has("copied-in") && <span>▼ became a copy</span>}
      {shapes.has("copied-out") && <span>▲ was copied</span>}
      {shapes.has("again") && <span>◆ {freshLabel}</span>}
      {shapes.has("failed") && <span>✕ failed</span>}
      {shapes.has("no-number") && <span>❘ not a number</span>}
    </div>
  );
}
