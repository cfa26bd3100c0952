import { ramp } from "../ui/theme.ts";

/** The colours of fitness, from the worst to the best, between two words. */
export function Ramp({ from, until }: { readonly from: string; readonly until: string }) {
  const colours = ramp();
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = 3 * Math.max(1, Math.round((i / 8) * 255));
    return `rgb(${colours[at]} ${colours[at + 1]} ${colours[at + 2]})`;
  });
  return (
    <p class="raster-key small soft">
      <span>{from}</span>
      <span class="ramp" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
      <span>{until}</span>
    </p>
  );
}
