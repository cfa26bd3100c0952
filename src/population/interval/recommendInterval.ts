import { truncationDifferential } from "../diagnostics/selectionDifferential.ts";

/** What a run knows of its clocks; null where it does not know. All times in steps. */
export interface IntervalHistory {
  /** Steps between slow steps now. */
  readonly interval: number;
  /** Steps between two evaluations: no interval can be shorter. */
  readonly evaluation: number;
  readonly members: number;
  /** Relaxation time after copies. */
  readonly relaxation: number | null;
  /** Exponential time of the metric's fluctuations. */
  readonly fluctuation: number | null;
  /** What is left of a lineage's advantage after one interval: ρ̂. */
  readonly persistence: number | null;
  /** Share of the variance of evaluations that hyperparameters explain: Var F̂/(Var F̂ + σ_φ²). */
  readonly explained: number | null;
  /** Observations that one estimate of F pools; 1: scores are single evaluations. */
  readonly pooled: number;
}

export interface IntervalBudget {
  /** Steps that a member has left. */
  readonly steps: number;
  /** Share q that truncation replaces. Default 0.2. */
  readonly fraction?: number;
  /** Cap the interval as runs that follow the recommendation always did, where the last slow step may not fit. */
  readonly nearest?: true;
}

export interface RecommendedInterval {
  /** τ* in steps; null: unknown. */
  readonly interval: number | null;
  /** In words, in the order in which they mattered. */
  readonly reasons: readonly string[];
}

/** Reliability of a score that is aimed at: half of its variance is fitness. */
const RELIABILITY = 0.5;

/**
 * The recommended selection interval
 *
 *     τ* = max(3 τ_relax, 2 τ_φ R₀/(1 − R₀) · σ_φ²/Var F̂),   R₀ = ½
 *
 * with the second term divided by half of the number of pooled observations; at most as long as leaves 2 ln N/(2 q i_q) + 10
 * slow steps in the budget, never below one evaluation. Where no time could be measured directly, persistence along lineages
 * stands in: τ = interval/(−ln ρ̂).
 * @see docs/theory, T9.9; docs/choosing-the-interval.md
 */
export function recommendInterval(history: IntervalHistory, budget: IntervalBudget): RecommendedInterval {
  const { interval, members, fluctuation, persistence, explained, pooled } = history;
  const reasons: string[] = [];
  const byLineages =
    persistence !== null && persistence > 0.02 && persistence < 0.995
      ? interval / -Math.log(persistence)
      : null;
  const relaxation = history.relaxation ?? byLineages;
  const terms: number[] = [];
  if (relaxation !== null) {
    terms.push(3 * relaxation);
    reasons.push(
      history.relaxation === null
        ? `an advantage decays in about ${show(relaxation)} steps along lineages: three times that is ${show(3 * relaxation)}`
        : `copies settle in about ${show(relaxation)} steps: three times that is ${show(3 * relaxation)}`,
    );
  }
  const time = fluctuation ?? relaxation;
  if (time !== null && explained !== null && explained > 0) {
    const noise = (1 - explained) / explained;
    const averaging = (2 * time * (RELIABILITY / (1 - RELIABILITY)) * noise) / Math.max(1, pooled / 2);
    terms.push(averaging);
    reasons.push(
      `hyperparameters explain ${(100 * explained).toFixed(0)} % of the differences: averaging for half reliable scores needs ${show(averaging)} steps${pooled > 2 ? ` where ${show(pooled)} observations are pooled` : ""}`,
    );
  }
  if (terms.length === 0) {
    return {
      interval: null,
      reasons: [
        persistence !== null && persistence >= 0.995
          ? "advantages do not decay along lineages: parameters carry the progress, and no interval separates the clocks"
          : "relaxation and fluctuation times are not known yet",
      ],
    };
  }
  let best = Math.max(...terms);
  const q = budget.fraction ?? 0.2;
  const events = (2 * Math.log(Math.max(2, members))) / truncationDifferential(q) + 10;
  const least = Math.ceil(events);
  const longest =
    budget.nearest === true ? budget.steps / events : Math.max(1, Math.floor(budget.steps / least));
  if (best > longest) {
    best = longest;
    reasons.push(`the budget must hold ${least} slow steps: at most ${show(longest)} steps each`);
  }
  if (best < history.evaluation) {
    best = history.evaluation;
    reasons.push(`never below one evaluation, ${show(history.evaluation)} steps`);
  }
  const chosen = Math.max(1, Math.round(best));
  if (relaxation !== null && chosen < relaxation) {
    reasons.push(
      "shorter than the relaxation time: selection will favour what pays within the interval (learning rates above all come out too small)",
    );
  }
  return { interval: chosen, reasons };
}

function show(steps: number): string {
  return steps >= 100 ? Math.round(steps).toString() : Number(steps.toPrecision(2)).toString();
}
