import type { TemporalDiagnostics } from "../types.ts";
import { clearSlope } from "./surface.ts";

/** Partial correlation above which noise is said to be selected, when it is also two standard errors above zero. */
const NOISE_SEEKING = 0.15;
/** Plain correlation of fluctuation with offspring above which it is said too (docs/theory, T9.2). */
const NOISE_CORRELATION = 0.3;
/** Share of the predicted spread below which diversity has collapsed. */
const COLLAPSED = 0.2;
/** Share of what is left to gain above which mutation is too hot (docs/theory, T9.7). */
const TOO_HOT = 0.5;

/** What alarms are raised from; null: unknown. */
export interface Findings {
  /** Noise seeking at equal mean, where it is clear. */
  readonly seeking: number | null;
  readonly took: number | null;
  readonly size: number | null;
  readonly balance: { readonly [name: string]: number | null };
  readonly diversity: { readonly [name: string]: number };
  /** What records of format 1 did not look at; null: this is one. */
  readonly later:
    | (Required<Pick<TemporalDiagnostics, "load" | "movement" | "noiseCorrelation">> & {
        /** Step since which the best value is on a plateau. */
        readonly best: number | null;
        /** Noise seeking at equal mean, clear or not. */
        readonly partial: number | null;
        /** What hyperparameters clearly explain; null: nothing is clear, nor is any slope. */
        readonly explained: number | null;
        /** Whether a recommendation has anybody to follow it: not in a control. */
        readonly advises: boolean;
      })
    | null;
}

/** What is wrong with a population, in words; `;` separates what it is from what to do. */
export function alarms({ seeking, took, size, balance, diversity, later }: Findings): string[] {
  const out: string[] = [];
  const plain = later?.noiseCorrelation ?? null;
  if (seeking !== null && seeking > NOISE_SEEKING) {
    out.push(
      `noise is being selected: members that fluctuate more have more offspring (correlation ${seeking.toFixed(2)})`,
    );
  } else if (plain !== null && plain > NOISE_CORRELATION) {
    const equal = later?.partial == null ? "unknown" : later.partial.toFixed(2);
    out.push(
      `noise may be selected: members that fluctuate more have more offspring (correlation ${plain.toFixed(2)}, at equal mean ${equal})`,
    );
  }
  if (took !== null && size !== null && took < size / 4) {
    out.push(`one ancestor took over within ${took.toFixed(0)} generations`);
  }
  for (const [name, predicted] of Object.entries(balance)) {
    const now = diversity[name];
    // Moves of copies are larger than the spread, so healthy populations lie below the diffusion's balance.
    if (predicted !== null && now !== undefined && now < COLLAPSED * predicted) {
      out.push(
        `${name}: diversity has collapsed to ${now.toPrecision(2)}; selection and mutation balance at ${predicted.toPrecision(2)}`,
      );
    }
  }
  if (later === null) return out;
  const { cost, remaining } = later.load;
  if (cost !== null && remaining !== null && cost > TOO_HOT * remaining) {
    out.push(
      `mutation is too hot; it costs ${cost.toPrecision(2)} spreads of the metric where ${remaining.toPrecision(2)} are left to gain; smaller moves gain more`,
    );
  }
  if (later.best !== null) out.push(plateauAlarm(later.best, later));
  return out;
}

/** On a plateau: is there a slope in hyperparameters that more selection could use (docs/theory, T9.8)? */
function plateauAlarm(
  since: number,
  { movement, explained, advises }: NonNullable<Findings["later"]>,
): string {
  const slopes = Object.entries(movement).flatMap(([name, { slope }]) =>
    slope === null ? [] : [[name, slope] as const],
  );
  const what = `the best value is on a plateau since step ${since}`;
  if (!advises) return what;
  const [steepest] = slopes.toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (steepest === undefined) return `${what}; whether a hyperparameter could still lift it is unknown`;
  const [name, slope] = steepest;
  return explained !== null && Math.abs(slope) > clearSlope(slopes.length)
    ? `${what}; select more: fitness still has a slope in ${name} (${Math.abs(slope).toFixed(1)} standard errors)`
    : `${what}; no hyperparameter has a clear slope: wait, or mutate further`;
}
