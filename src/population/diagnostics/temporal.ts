import type { Json, SearchSpace } from "../../space/index.ts";
import { persistence, type Persistence, slopes } from "../fitness/persistence.ts";
import { recommendInterval } from "../interval/index.ts";
import type { MemberId, Movement, TemporalDiagnostics } from "../types.ts";
import { alarms } from "./alarms.ts";
import { balancedVariance } from "./balance.ts";
import { coalescenceTime } from "./coalescence.ts";
import { exponentialTime, integratedTime, lastingTime } from "./fluctuation.ts";
import type { Averaged } from "./differentials.ts";
import { commonAncestor } from "./genealogy.ts";
import { movements, mutationLoad } from "./movement.ts";
import { type PopulationRecord, readRecord } from "./record.ts";
import { relaxationTime } from "./relaxation.ts";
import { separation } from "./separation.ts";
import { trainingPlateaus } from "./trainingPlateau.ts";

/** Pairs along lineages before persistence is given as a number. */
const LEAST_PAIRS = 10;
/** Generations before an average over them may raise an alarm. */
const LEAST_GENERATIONS = 5;

/** What the record does not hold. */
export interface TemporalContext {
  readonly space: SearchSpace<unknown>;
  readonly ids: readonly MemberId[];
  /** Standard deviations now, in encoded coordinates. */
  readonly diversity: { readonly [name: string]: number };
  /** 1: what run records of format 1 hold, to derive them again. */
  readonly format: 1 | 2;
  /** n_eff of the scores in use; 1: single values. */
  readonly pooled: number;
  /** Steps of the whole run; left out: no end. */
  readonly budget?: number;
  /** q of truncation; left out: unknown. */
  readonly fraction: number | undefined;
  /** Whether the rules copy anybody: advice on selection has no meaning where they do not. */
  readonly selects: boolean;
  /** Whether this is a run of its own, not a control that others are compared with. */
  readonly advises: boolean;
}

/**
 * What a population's record says of its clocks: times, persistence and separation, reliability, noise seeking,
 * coalescence, balance of diversity, plateaus and the recommended interval.
 * @see docs/reading-the-diagnostics.md
 */
export function temporalDiagnostics(stored: Json, context: TemporalContext): TemporalDiagnostics {
  const { space, ids, diversity, format, pooled, budget, fraction, selects, advises } = context;
  const record = readRecord(stored);
  const members = ids.length;
  const old = format === 1;
  const { explained, curvature } = old ? record : record.told;
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
  const intensity = old ? record.intensity[0] : record.differentials.score[0];
  const balance = balances({ ...record, curvature }, space, size, intensity);
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
      explained,
      pooled: old ? 1 : pooled,
    },
    {
      steps: (old ? undefined : budget) ?? Number.MAX_SAFE_INTEGER,
      ...(old || fraction === undefined ? {} : { fraction }),
    },
  );
  const later = old ? null : directions(record, space, diversity, pooled);
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
    explained: rounded(explained),
    riskPremium: rounded(
      variances.length === 0 ? null : variances.reduce((sum, [v]) => sum + v / variances.length, 0) / 2,
    ),
    noiseSeeking: rounded(seeking),
    effectiveSize: rounded(size),
    coalescence: {
      took: rounded(took),
      expected: rounded(expected),
      ...(old ? {} : { ancestor: commonAncestor(record.genealogy, ids) }),
    },
    balance,
    plateau: { best, median: middle },
    interval:
      old || selects
        ? { steps: recommended.interval, reasons: recommended.reasons }
        : { steps: null, reasons: ["this run selects nothing: no interval is better than another"] },
    alarms:
      record.time < LEAST_GENERATIONS / 2
        ? []
        : alarms({
            seeking:
              seeking !== null && seeking > 2 / Math.sqrt(members * record.noiseSeeking[1]) ? seeking : null,
            took,
            size,
            balance,
            diversity,
            later: later === null ? null : { ...later, best, partial: seeking, explained, advises },
          }),
    ...later,
  };
}

/** A decaying mean once it rests on half of the least number of generations. */
const settled = ([mean, weight]: Averaged): number | null => (weight >= LEAST_GENERATIONS / 2 ? mean : null);

/** Where the population goes, what mutation costs it, and whom luck favours: fields of format 2. */
function directions(
  { surface, told: { explained }, differentials, moves, time, noiseCorrelation }: PopulationRecord,
  space: SearchSpace<unknown>,
  diversity: { readonly [name: string]: number },
  pooled: number,
): Required<Pick<TemporalDiagnostics, "movement" | "accuracy" | "load" | "noiseCorrelation" | "pooled">> {
  const intensity = settled(differentials.score);
  const towards = movements(
    surface.ridges,
    { intensity, explained, differentials: differentials.traits.map(settled), diversity },
    space,
  );
  const estimate = settled(differentials.estimate);
  // Where hyperparameters explain nothing clearly, curvature and gain are noise too.
  const load =
    explained === null || !(time > 0)
      ? null
      : mutationLoad(
          surface.ridges,
          intensity,
          moves.map((sum) => sum / time / 2),
        );
  return {
    movement: Object.fromEntries(Object.entries(towards).map(([name, found]) => [name, shortened(found)])),
    accuracy: rounded(
      explained === null || estimate === null || intensity === null || !(intensity > 0)
        ? null
        : Math.min(1, Math.max(0, estimate / intensity)),
    ),
    load: { cost: rounded(load?.cost ?? null), remaining: rounded(load?.remaining ?? null) },
    noiseCorrelation: rounded(settled(noiseCorrelation)),
    pooled: rounded(pooled)!,
  };
}

const shortened = ({ slope, optimum, distance, differential, events, across }: Movement): Movement => ({
  slope: rounded(slope),
  optimum: typeof optimum === "number" && !Number.isInteger(optimum) ? rounded(optimum) : optimum,
  distance: rounded(distance),
  differential: rounded(differential),
  events: rounded(events),
  across: rounded(across),
});

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
  { curvature, moves, time }: PopulationRecord,
  space: SearchSpace<unknown>,
  size: number | null,
  strength: number,
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

/** Four digits for the decision log. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}
