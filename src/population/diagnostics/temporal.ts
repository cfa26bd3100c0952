import type { Json, SearchSpace } from "../../space/index.ts";
import { persistence, type Persistence, slopes } from "../fitness/persistence.ts";
import { recommendInterval } from "../interval/index.ts";
import type { TemporalDiagnostics } from "../types.ts";
import { balancedVariance } from "./balance.ts";
import { coalescenceTime } from "./coalescence.ts";
import { exponentialTime, integratedTime, lastingTime } from "./fluctuation.ts";
import { type PopulationRecord, readRecord } from "./record.ts";
import { relaxationTime } from "./relaxation.ts";
import { separation } from "./separation.ts";
import { trainingPlateaus } from "./trainingPlateau.ts";

/** Pairs along lineages before persistence is given as a number. */
const LEAST_PAIRS = 10;
/** Partial correlation above which noise is said to be selected, when it is also two standard errors above zero. */
const NOISE_SEEKING = 0.15;
/** Share of the predicted spread below which diversity has collapsed. */
const COLLAPSED = 0.2;
/** Generations before an average over them may raise an alarm. */
const LEAST_GENERATIONS = 5;

/**
 * What a population's record says of its clocks: times, persistence and separation, reliability, noise seeking,
 * coalescence, balance of diversity, plateaus and the recommended interval.
 * @param diversity standard deviations now, in encoded coordinates
 * @see docs/reading-the-diagnostics.md
 */
export function temporalDiagnostics(
  stored: Json,
  space: SearchSpace<unknown>,
  members: number,
  diversity: { readonly [name: string]: number },
): TemporalDiagnostics {
  const record = readRecord(stored);
  const relaxation = relaxationTime(record.excess, record.span);
  const integrated = integratedTime(record.correlations);
  // Half a report when each report is fresh noise: averaging then gains as it does for a correlation of that length.
  const fluctuation =
    integrated === null ? null : Math.max(0.5, exponentialTime(integrated)) * record.spacing;
  const rho = known(record.residuals);
  const lasting = lastingTime(record.correlations);
  const residual = slopes(record.residuals);
  // A slope of zero says nothing: parameters forget within an interval, or noise covers what they remember.
  const clear = residual.plain !== null && residual.plain > 2 / Math.sqrt(residual.pairs);
  const apart = separation({
    interval: record.interval,
    relaxation,
    fluctuation: lasting === null ? null : lasting * record.spacing,
    persistence: rho === null || !clear ? null : { rho, pairs: residual.pairs },
  });
  const size = record.inverseSize > 0 ? record.time / record.inverseSize : null;
  const expected = size === null ? null : coalescenceTime(size, members);
  const { took } = record.coalescence;
  const balance = balances(record, space, size);
  const seeking = record.noiseSeeking[1] >= LEAST_GENERATIONS / 2 ? record.noiseSeeking[0] : null;
  const variances = Object.values(record.variances);
  const best = plateauOf(record.curve, 1);
  const middle = plateauOf(record.curve, 2);
  const recommended = recommendInterval(
    {
      interval: record.interval,
      evaluation: record.spacing > 0 ? record.spacing : record.interval,
      members,
      relaxation,
      fluctuation,
      persistence: clear ? rho : null,
      explained: record.explained,
      pooled: 1,
    },
    { steps: Number.MAX_SAFE_INTEGER },
  );
  const lines = slopes(record.scores);
  return {
    relaxation: rounded(relaxation),
    fluctuation: rounded(fluctuation),
    persistence: rounded(rho),
    separation:
      apart === null
        ? null
        : {
            value: rounded(apart.value)!,
            low: rounded(apart.low),
            high: rounded(apart.high),
            regime: apart.regime,
          },
    heritability: rounded(lines.pairs < LEAST_PAIRS ? null : lines.plain),
    reliability: rounded(reliability(record.scores)),
    explained: rounded(record.explained),
    riskPremium: rounded(
      variances.length === 0 ? null : variances.reduce((sum, [v]) => sum + v / variances.length, 0) / 2,
    ),
    noiseSeeking: rounded(seeking),
    effectiveSize: rounded(size),
    coalescence: { took: rounded(took), expected: rounded(expected) },
    balance,
    plateau: { best, median: middle },
    interval: { steps: recommended.interval, reasons: recommended.reasons },
    alarms: alarms({
      seeking: seeking !== null && seeking > 2 / Math.sqrt(members * record.noiseSeeking[1]) ? seeking : null,
      took,
      size,
      balance,
      diversity,
      time: record.time,
    }),
  };
}

const known = (products: Persistence): number | null =>
  products.pairs[0]! < LEAST_PAIRS ? null : persistence(products);

/** Signal's share of the variance of one value: (C(1)/C(0))/(C(2)/C(1)), for noise enters C(0) alone. */
function reliability(products: Persistence): number | null {
  const { plain, free, triples } = slopes(products);
  if (triples < LEAST_PAIRS || plain === null || free === null || !(plain > 0) || !(free > 0)) return null;
  return Math.min(1, plain / free);
}

/** Predicted standard deviations, where the curvature of F is known to be positive. */
function balances(
  { curvature, moves, time, intensity }: PopulationRecord,
  space: SearchSpace<unknown>,
  size: number | null,
): { readonly [name: string]: number | null } {
  const out: Record<string, number | null> = {};
  let column = 0;
  for (const [d, { topology, cardinality, fixed }] of space.distributions.entries()) {
    if (fixed || topology === "fixed" || cardinality <= 1) continue;
    if (topology === "unordered") {
      column += cardinality === 2 ? 1 : cardinality;
      continue;
    }
    const [bend, error] = curvature[column++] ?? [0, 0];
    const clear = bend > 2 * error && bend > 0;
    const diffusion = time > 0 ? (moves[d] ?? 0) / time / 2 : 0;
    const strength = intensity[0];
    out[space.names[d]!] =
      clear && strength > 0 && diffusion > 0
        ? rounded(
            Math.sqrt(
              balancedVariance({
                curvature: strength * bend,
                diffusion,
                effectiveSize: size ?? Infinity,
              }),
            ),
          )
        : null;
  }
  return out;
}

/** Step since which a column of the curve is flat; null: it is not. */
function plateauOf(curve: readonly (readonly number[])[], column: 1 | 2): number | null {
  const last = trainingPlateaus(
    curve.map(([step]) => step!),
    curve.map((point) => -point[column]!),
  ).at(-1);
  return last === undefined || last.until !== null ? null : last.from;
}

function alarms(found: {
  readonly seeking: number | null;
  readonly took: number | null;
  readonly size: number | null;
  readonly balance: { readonly [name: string]: number | null };
  readonly diversity: { readonly [name: string]: number };
  readonly time: number;
}): string[] {
  const { seeking, took, size, balance, diversity, time } = found;
  const out: string[] = [];
  if (time < LEAST_GENERATIONS / 2) return out;
  if (seeking !== null && seeking > NOISE_SEEKING) {
    out.push(
      `noise is being selected: members that fluctuate more have more offspring (correlation ${seeking.toFixed(2)})`,
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
  return out;
}

/** Four digits for the decision log. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}
