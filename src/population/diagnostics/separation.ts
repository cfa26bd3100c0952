import type { Separation } from "../types.ts";

/**
 * Separation of the clocks, r = interval/(slowest known time of the parameters), with the regime it means:
 * below 0.3 coupled (select on θ), above 3 separated (F is meaningful), mixed between.
 * Three witnesses, of which the slowest counts: relaxation after copies, correlation of fluctuations within an interval,
 * and what is left of a lineage's advantage after one interval, ρ = e^{−r}.
 * @param persistence ρ̂ and the number of pairs that it rests on; the interval of r is that of ρ̂ where it decides
 * @returns null when no witness knows
 * @see docs/theory, T9.1
 */
export function separation(known: {
  readonly interval: number;
  readonly relaxation: number | null;
  readonly fluctuation: number | null;
  readonly persistence: { readonly rho: number; readonly pairs: number } | null;
}): Separation | null {
  const { interval, relaxation, fluctuation, persistence } = known;
  const byTimes = [relaxation, fluctuation].flatMap((time) =>
    time === null || !(time > 0) ? [] : [interval / time],
  );
  const candidates: Omit<Separation, "regime">[] = byTimes.map((value) => ({
    value: Math.min(MOST, value),
    low: null,
    high: null,
  }));
  if (persistence !== null && persistence.pairs >= LEAST) {
    const { rho, pairs } = persistence;
    const error = Math.sqrt(Math.max(0.01, 1 - rho * rho) / pairs);
    candidates.push({
      value: ratio(rho),
      low: ratio(rho + 1.96 * error),
      high: ratio(rho - 1.96 * error),
    });
  }
  const slowest = candidates.toSorted((a, b) => a.value - b.value)[0];
  if (slowest === undefined) return null;
  return {
    ...slowest,
    regime: slowest.value < 0.3 ? "coupled" : slowest.value > 3 ? "separated" : "mixed",
  };
}

/** Beyond this nobody can tell: what is left after one interval is e⁻¹⁰. */
const MOST = 10;
const LEAST = 10;

const ratio = (rho: number): number => Math.min(MOST, Math.max(0, -Math.log(Math.min(1, Math.max(0, rho)))));
