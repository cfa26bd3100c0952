import type { Key } from "../random/index.ts";
import type { Hyperparameters, Json, SearchSpace, Value } from "../space/index.ts";

/** 0 … N−1. Shown as `m07`. */
export type MemberId = number;

/** Names the immutable state of one member: what it was after `step` steps. Paths belong to the store. */
export interface CheckpointId {
  readonly member: MemberId;
  readonly generation: number;
  readonly step: number;
}

/** One agent of the population: everything that selection and mutation may look at. */
export interface Member {
  readonly id: MemberId;
  /** Where its lineage began: the id of the generation-0 member. */
  readonly founder: MemberId;
  /** The member it was copied from at the last slow step; its own id if it kept. */
  readonly parent: MemberId;
  readonly hyperparameters: Hyperparameters;
  /** Steps trained, along the lineage. */
  readonly step: number;
  /** Slow steps of its own: how many boundaries it has reached. */
  readonly generation: number;
  /** The state that its next segment starts from; null before the first. */
  readonly checkpoint: CheckpointId | null;
  /** Retired members train no more; they keep their last score, may parent and are never replaced. */
  readonly status: "active" | "retired";
}

export interface Population {
  /** Number of slow steps done (synchronous), or of decisions made (asynchronous). */
  readonly generation: number;
  /** Sorted by id. */
  readonly members: readonly Member[];
  /** State of the fitness rule (lineage averages, pooled generations …), plain JSON, threaded through slowStep. */
  readonly memory: Json;
  /**
   * What slowStep itself keeps of recent generations for diagnostics and for mutations that learn (`pb2`): bounded plain
   * JSON, derived from the evaluations alone, so a record derived again is the same. Absent before the first slow step.
   */
  readonly record?: Json;
}

/** One report of the metric within a segment. */
export interface Report {
  readonly step: number;
  readonly value: number;
}

/** What is known of a member at a boundary: the input of fitness and selection. */
export interface Evaluation {
  readonly member: MemberId;
  readonly step: number;
  /** The metric as the trainer gave it at the end of the segment; null when it is missing, NaN or infinite. */
  readonly value: number | null;
  /** Reports within this segment, oldest first, thinned to at most 64. */
  readonly reports: readonly Report[];
  /** `ok`, or why the member cannot be compared: it never parents and is replaced first. */
  readonly status: "ok" | "failed";
  /** Machine-readable cause of a failure: `exit`, `timeout`, `nan`, `echo`, `checkpoint`, `protocol` … */
  readonly cause?: string;
  /** The state that a copy would start from; null: no donor. */
  readonly checkpoint: CheckpointId | null;
}

/** A member's score: higher is better; null loses to every number and never parents. */
export interface Score {
  readonly member: MemberId;
  readonly score: number | null;
  /** Rule-specific numbers kept in the decision log (estimate, weight, standard error …). */
  readonly detail?: { readonly [name: string]: Json };
}

export interface FitnessInput {
  readonly population: Population;
  readonly evaluations: readonly Evaluation[];
  /** +1 where the metric is maximised, −1 where it is minimised: value × sign is "higher is better". */
  readonly sign: 1 | -1;
  readonly space: SearchSpace<unknown>;
  readonly key: Key;
  /**
   * Members whose evaluation is new. The others' evaluations are older ones (retired members) or interpolated at the
   * ready member's step (asynchronous): they are scored, but a rule with memory does not learn from them again.
   */
  readonly ready: readonly MemberId[];
}

/** A copy made by a slow step. */
export interface Copy {
  readonly member: MemberId;
  readonly donor: MemberId;
}

/** A pure score rule with explicit memory. */
export interface Fitness {
  readonly spec: Spec;
  /** Memory before the first slow step. */
  readonly initial: Json;
  score(
    memory: Json,
    input: FitnessInput,
  ): {
    readonly memory: Json;
    readonly scores: readonly Score[];
    readonly note?: string;
    /** Observations that one score rests on, n_eff = (Σw)²/Σw², where it is a regression. Default 1. */
    readonly pooled?: number;
  };
  /**
   * Moves per-member memory along the lineages: called at the end of each slow step in which members copied. All
   * donors are meant as they were before the step. Rules without per-member memory leave it out.
   */
  inherit?(memory: Json, copies: readonly Copy[]): Json;
}

/** A member's entry when selection looks at it. */
export interface Contestant {
  readonly id: MemberId;
  readonly score: number | null;
  /** May be copied: finite score, not failed, has a checkpoint. */
  readonly eligible: boolean;
  /** May be replaced in this slow step (every active member when synchronous, the ready one when asynchronous). */
  readonly replaceable: boolean;
  /** Reports of the last interval in "higher is better" sign: samples for significance tests. */
  readonly samples: readonly number[];
}

/** What selection decided for one replaceable member. */
export interface Choice {
  readonly member: MemberId;
  /** The member to copy; null: keep. Its own id: it stays where it is, but its hyperparameters mutate. */
  readonly donor: MemberId | null;
  readonly reason: string;
  /** Whose hyperparameters the copy takes; absent: the donor's. */
  readonly hyperparametersOf?: MemberId;
  /** Whether the copy's hyperparameters mutate; absent: yes. */
  readonly mutates?: boolean;
  /** Random numbers used, and other quantities worth checking later. */
  readonly detail?: { readonly [name: string]: Json };
}

/** Who copies whom: a pure function of the contestants and the key; independent of their order in the array. */
export interface Selection {
  readonly spec: Spec;
  select(contestants: readonly Contestant[], key: Key, generation: number): readonly Choice[];
}

export interface MutationInput {
  readonly parent: Hyperparameters;
  readonly space: SearchSpace<unknown>;
  readonly member: MemberId;
  readonly generation: number;
  readonly key: Key;
  /** The whole population and its scores: for rules that look further than the parent (PB2). */
  readonly population: Population;
  readonly scores: readonly Score[];
}

/** New hyperparameters for a copy. Always inside the bounds; `fixed` ones never move. */
export interface Mutation {
  readonly spec: Spec;
  mutate(input: MutationInput): {
    readonly hyperparameters: Hyperparameters;
    readonly detail?: { readonly [name: string]: Json };
  };
}

/** A rule as plain JSON: `kind` and its options. Written to the decision log, so that a run can be derived again. */
export interface Spec {
  readonly kind: string;
  readonly [option: string]: Json;
}

/** The slow clock's rules. */
export interface Rules {
  readonly selection: Selection;
  readonly mutation: Mutation;
  readonly fitness: Fitness;
  /** +1 maximise, −1 minimise. */
  readonly sign: 1 | -1;
  readonly control: "none" | "random-search" | "frozen";
}

/** One member's decision at a slow step, with its reasons: what the decision log stores. */
export interface Decision {
  readonly member: MemberId;
  readonly action: "keep" | "copy";
  /** Set when action is copy. */
  readonly donor: MemberId | null;
  /** What the next segment starts from. */
  readonly checkpoint: CheckpointId | null;
  readonly hyperparameters: Hyperparameters;
  readonly score: number | null;
  /** 1 = best; null for members without a score. */
  readonly rank: number | null;
  readonly reason: string;
  readonly detail?: { readonly [name: string]: Json };
}

export interface SlowStepResult {
  readonly population: Population;
  /** One per replaceable member, sorted by member. */
  readonly decisions: readonly Decision[];
  readonly diagnostics: Diagnostics;
}

/** Price's equation for one trait at one slow step: change = selection + transmission, to 1e-12 (theory.md T9.3). */
export interface PriceTerms {
  readonly change: number;
  readonly selection: number;
  readonly transmission: number;
}

/** Of the mean of the metric since the last slow step: change = training + selection, exactly (theory.md T9.3). */
export interface MetricTerms {
  /** null: unknown, as `training`. */
  readonly change: number | null;
  /** Mean change along lineages; null after the first slow step, and where a member had no value at its last boundary. */
  readonly training: number | null;
  /** Cov(offspring, metric): what copying better members did. */
  readonly selection: number;
}

/** Needs nothing but the population before and after (theory.md T9.3–T9.7). null: unknown. */
export interface Diagnostics {
  readonly generation: number;
  readonly best: { readonly member: MemberId; readonly value: number } | null;
  /** Quartiles of the raw metric over members with a value: [0, 25, 50, 75, 100] %. */
  readonly quantiles: readonly number[] | null;
  readonly copies: number;
  readonly failed: number;
  /** Per hyperparameter, in encoded coordinates; null for unordered ones. */
  readonly price: { readonly [name: string]: PriceTerms | null };
  /** Of the score: mean over parents weighted by offspring − mean, raw and in standard deviations. */
  readonly selectionDifferential: { readonly raw: number; readonly standardised: number | null } | null;
  /** N(N−1)/Σ k(k−1); null when nobody has two offspring (infinite). */
  readonly effectiveSize: number | null;
  readonly survivingFounders: number;
  /** exp(entropy) of founder labels. */
  readonly effectiveLineages: number;
  /** Standard deviation in encoded coordinates, or exp(entropy) for unordered hyperparameters. */
  readonly diversity: { readonly [name: string]: number };
  /**
   * Mean distance of two members: the mean over hyperparameters of |x − x′| in encoded coordinates. Absent in records of
   * format 1, as `metric` is.
   */
  readonly distance?: number;
  /** null: not every member has a value, or the run is asynchronous. */
  readonly metric?: MetricTerms | null;
  /** What the fitness rule said of itself (score in use and why), when it says something. */
  readonly note?: string;
  /** Measured over recent generations from the population's record (theory.md T9.1–T9.9). */
  readonly temporal?: TemporalDiagnostics;
}

/** How far apart the clocks are: r = interval/(slowest time of the parameters), with its 95 % interval where known. */
export interface Separation {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** r < 0.3; 0.3 … 3; r > 3. */
  readonly regime: "coupled" | "mixed" | "separated";
}

/** Where selection drives one hyperparameter, and how fast. null: unknown. */
export interface Movement {
  /** Slope of F̂ at the population's mean in standard errors (of an unordered one: its clearest effect). */
  readonly slope: number | null;
  /** The value at which F̂ is greatest among those that were tried. */
  readonly optimum: Value | null;
  /** How far the mean is from there, in encoded coordinates. */
  readonly distance: number | null;
  /** Standardised selection differential of its values, averaged over recent generations: its sign is the direction. */
  readonly differential: number | null;
  /** Slow steps to cross `distance` at the present pace, Δ/(i √R sd) (theory.md T9.10). */
  readonly events: number | null;
  /** Slow steps to cross the whole range at the present pace. */
  readonly across: number | null;
}

/** What takes several generations to see. null: unknown. Times in steps unless said otherwise. */
export interface TemporalDiagnostics {
  /** Time in which copies settle; unknown when that takes more than half of the interval. */
  readonly relaxation: number | null;
  /** Exponential correlation time of the metric within an interval. */
  readonly fluctuation: number | null;
  /** ρ̂: what is left, one interval later, of a lineage's advantage beyond its hyperparameters. */
  readonly persistence: number | null;
  readonly separation: Separation | null;
  /** Regression of child on parent, in units of the population's spread. */
  readonly heritability: number | null;
  /** Share of the variance of one evaluation that is no fresh noise. */
  readonly reliability: number | null;
  /** Share of the variance of evaluations that hyperparameters clearly explain, by a fit in which a lineage counts once. */
  readonly explained: number | null;
  /** Half of the variance of the metric within an interval: what Boltzmann selection pays per unit of β for noise. */
  readonly riskPremium: number | null;
  /** Partial correlation of a member's fluctuation with its offspring at equal mean: above zero luck is being selected. */
  readonly noiseSeeking: number | null;
  /** 1/mean(1/N_e) of recent generations; null: infinite or unknown. */
  readonly effectiveSize: number | null;
  /** Generations that the last complete coalescence took, and what is expected without selection. */
  readonly coalescence: {
    readonly took: number | null;
    readonly expected: number | null;
    /**
     * The most recent common ancestor of all members: whose state at which step; null: lineages of several founders are
     * left. Absent in records of format 1.
     */
    readonly ancestor?: { readonly member: MemberId; readonly step: number } | null;
  };
  /** Standard deviation at which selection, mutation and drift balance, in encoded coordinates. */
  readonly balance: { readonly [name: string]: number | null };
  /** Step since which the best value (the median) is on a plateau; null: it is not on one, or too early to say. */
  readonly plateau: { readonly best: number | null; readonly median: number | null };
  /** Recommended steps between slow steps, and why. */
  readonly interval: { readonly steps: number | null; readonly reasons: readonly string[] };
  /** In words; empty when nothing is wrong. */
  readonly alarms: readonly string[];
  /** What follows is absent in records of format 1. Per hyperparameter that can move. */
  readonly movement?: { readonly [name: string]: Movement };
  /** √R: the standardised selection differential of F̂ over that of the score (theory.md T9.4). */
  readonly accuracy?: number | null;
  /**
   * What mutation costs, √(κD/2), and what is left to gain, max F̂ − ⟨F̂⟩, in spreads of the metric over the population
   * (theory.md T9.7).
   */
  readonly load?: { readonly cost: number | null; readonly remaining: number | null };
  /** Correlation of a member's variance within the interval with its offspring (theory.md T9.2). */
  readonly noiseCorrelation?: number | null;
  /** Observations that one score rests on, n_eff = (Σw)²/Σw²: 1 when scores are single values. */
  readonly pooled?: number;
}
