import type { Stream } from "../random/index.ts";

/** A value that one hyperparameter can take. */
export type Value = number | string | boolean;

/** One member's hyperparameters: names (nested groups joined by ".") to values. */
export type Hyperparameters = Readonly<Record<string, Value>>;

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** How a hyperparameter moves: which kernel of `population/mutation` applies to it. */
export type Topology = "continuous" | "integer" | "ordered" | "unordered" | "fixed";

/**
 * The law and the range of one hyperparameter. Encoded coordinates lie in [0, 1]; the law's own scale (log, linear,
 * rank) is what makes a move of 0.1 mean the same effort everywhere.
 */
export interface Distribution<V extends Value = Value> {
  /** The constructor's name: `uniform`, `logUniform`, `normal`, `integer`, `logInteger`, `quantized`, `ordinal`, `choice`, `constant`. */
  readonly kind: string;
  readonly topology: Topology;
  /** Number of values for integer, ordered and unordered topologies; Infinity for continuous; 1 for fixed. */
  readonly cardinality: number;
  /** The arguments, as plain JSON: `distributionFrom(spec)` gives the same law back. */
  readonly spec: { readonly [name: string]: Json };
  /** The start value when given: the first generation begins here rather than with a draw. */
  readonly init: V | undefined;
  /** Never mutated when true. */
  readonly fixed: boolean;
  /**
   * What is wrong with the arguments; absent or empty for a sound law. Constructors collect problems rather than throw,
   * so that `searchSpace` can name the place and report all of them at once; using an unsound law throws them.
   */
  readonly problems?: readonly string[];
  /** Value → [0, 1]. @throws UsageError when the value lies outside the range */
  encode(value: V): number;
  /** [0, 1] → value, always inside the hard bounds; coordinates outside [0, 1] are clamped. */
  decode(unit: number): V;
  /** A draw from the law. */
  sample(draws: Stream): V;
  /** Whether the value is one that this law can take. */
  contains(value: Value): boolean;
  /** Short text for people: `logUniform(1e-5, 0.1)`. */
  describe(): string;
}

/** A named product of distributions; the order of `names` is the order of encoded coordinates. */
export interface SearchSpace<H = Hyperparameters> {
  readonly names: readonly string[];
  readonly distributions: readonly Distribution[];
  readonly spec: Json;
  /** Flat hyperparameters → coordinates `[dims]` in [0, 1]. @throws UsageError naming every value that does not fit */
  encode(h: Hyperparameters): number[];
  /** Coordinates `[dims]` → flat hyperparameters, always inside the bounds. */
  decode(coordinates: readonly number[]): Hyperparameters;
  /** The founder of a member: `init` where given, else a draw. */
  sample(draws: Stream): Hyperparameters;
  /** Flat names → the nested groups that the user wrote. */
  nest(h: Hyperparameters): H;
}
