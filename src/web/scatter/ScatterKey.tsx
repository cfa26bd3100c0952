import { Ramp } from "../charts/Ramp.tsx";
import { coloured, founderName } from "../data/run.ts";
import { founderColour } from "../ui/theme.ts";

/** What the points' colours stand for. */
export function ScatterKey({ by, metric }: { readonly by: "fitness" | "founder"; readonly metric: string }) {
  if (by === "fitness") return <Ramp from="worst" until={`best ${metric}, by rank`} />;
  return (
    <div class="key">
      {coloured.value
        .filter((founder) => founder >= 0)
        .slice(0, 7)
        .map((founder) => (
          <span key={founder}>
            <span class="swatch" style={{ background: founderColour(founder) }} aria-hidden="true" />
            from {founderName(founder)}
          </span>
        ))}
      <span>
        <span class="swatch" style={{ background: founderColour(-1) }} aria-hidden="true" />
        other founders
      </span>
    </div>
  );
}
