import { UsageError } from "../../errors/index.ts";

/** A stretch of a curve: almost flat in log–log, or falling fast. */
export interface Stretch {
  readonly kind: "plateau" | "drop";
  readonly from: number;
  readonly until: number;
  /** Mean risk over the stretch (geometric). */
  readonly level: number;
}

const GRID = 0.01;
const WINDOW = 0.15;

/**
 * Plateaus and drops of a positive curve on a logarithmic time axis (docs/theory, T7.2): log R is interpolated on a grid of
 * 0.01 decades; with the window w = 0.15 decades, s(t) = −[log₁₀R(t10^{w/2}) − log₁₀R(t10^{−w/2})]/w. Plateau: a maximal run with
 * s < 0.1, at least 0.3 decades long, above 10 × the floor. Drop: a maximal run with s > 0.5, at least 0.03 decades.
 * @param times `[n]` increasing, > 0
 * @param risk `[n]` > 0
 * @param floor level below which nothing is called a plateau; default: the least of the curve
 * @throws UsageError when the curve is not positive or its times do not increase
 */
export function plateaus(times: readonly number[], risk: readonly number[], floor?: number): Stretch[] {
  const n = times.length;
  for (let i = 0; i < n; i++) {
    if (!(times[i]! > (i === 0 ? 0 : times[i - 1]!)) || !(risk[i]! > 0)) {
      throw new UsageError(
        `plateaus: needs increasing times > 0 and values > 0, got time=${times[i]}, value=${risk[i]} at index ${i}`,
      );
    }
  }
  if (n < 2) return [];
  const start = Math.log10(times[0]!);
  const end = Math.log10(times[n - 1]!);
  const cells = Math.floor((end - start) / GRID + 1e-9) + 1;
  const logRisk = new Float64Array(cells);
  let j = 0;
  for (let i = 0; i < cells; i++) {
    const x = start + i * GRID;
    while (j < n - 2 && Math.log10(times[j + 1]!) < x) j++;
    const [x0, x1] = [Math.log10(times[j]!), Math.log10(times[j + 1]!)];
    const share = Math.min(1, Math.max(0, (x - x0) / (x1 - x0)));
    logRisk[i] = Math.log10(risk[j]!) * (1 - share) + Math.log10(risk[j + 1]!) * share;
  }
  const at = (position: number): number => {
    const clamped = Math.min(cells - 1, Math.max(0, position));
    const low = Math.min(cells - 2, Math.floor(clamped));
    return logRisk[low]! + (clamped - low) * (logRisk[low + 1]! - logRisk[low]!);
  };
  const half = WINDOW / 2 / GRID;
  const steepness = Array.from({ length: cells }, (_, i) => {
    const [low, high] = [Math.max(0, i - half), Math.min(cells - 1, i + half)];
    return high > low ? -(at(high) - at(low)) / ((high - low) * GRID) : 0;
  });
  const least = floor ?? 10 ** Math.min(...logRisk);
  const runs = (holds: (i: number) => boolean, decades: number, kind: Stretch["kind"]): Stretch[] => {
    const found: Stretch[] = [];
    for (let i = 0; i < cells; i++) {
      if (!holds(i)) continue;
      let last = i;
      while (last + 1 < cells && holds(last + 1)) last++;
      if ((last - i) * GRID >= decades - 1e-9) {
        let level = 0;
        for (let k = i; k <= last; k++) level += logRisk[k]! / (last - i + 1);
        found.push({
          kind,
          from: 10 ** (start + i * GRID),
          until: 10 ** (start + last * GRID),
          level: 10 ** level,
        });
      }
      i = last;
    }
    return found;
  };
  return [
    ...runs((i) => steepness[i]! < 0.1 && logRisk[i]! > Math.log10(10 * least), 0.3, "plateau"),
    ...runs((i) => steepness[i]! > 0.5, 0.03, "drop"),
  ].toSorted((a, b) => a.from - b.from);
}

/** (Share of log time spent in drops)/(share of the whole decrease of log R that they make): near 0 for leaps. */
export function intermittency(
  stretches: readonly Stretch[],
  times: readonly number[],
  risk: readonly number[],
): number {
  const drops = stretches.filter(({ kind }) => kind === "drop");
  const logAt = (t: number): number => {
    const i = times.findIndex((value) => value >= t);
    return Math.log(risk[i < 0 ? risk.length - 1 : i]!);
  };
  const time = drops.reduce((sum, drop) => sum + Math.log(drop.until / drop.from), 0);
  const fall = drops.reduce((sum, drop) => sum + logAt(drop.from) - logAt(drop.until), 0);
  const whole = Math.log(risk[0]! / risk.at(-1)!);
  return time / Math.log(times.at(-1)! / times[0]!) / (fall / whole);
}
