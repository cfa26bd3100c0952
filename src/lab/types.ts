import type { Figure } from "../figures/index.ts";
import type { Executor } from "../tensor/index.ts";

/** A number that a reader may change: `--set name=value`, or a control on the page. */
export interface Parameter {
  readonly initial: number;
  readonly low: number;
  readonly high: number;
  /** True: moves by factors, not by differences. */
  readonly log?: boolean;
  readonly integer?: boolean;
  readonly label: string;
}

/** A computed value held against the reference that the theory gives. */
export interface Check {
  /** A sentence: what is claimed. */
  readonly claim: string;
  readonly value: number;
  readonly reference: number;
  /** Largest |value − reference| that passes; 0 where there is a bound. */
  readonly tolerance: number;
  /** The reference is a limit: the value is at least, or at most, that. */
  readonly bound?: "least" | "most";
  /** Where the reference comes from: a section of the theory, or "exact". */
  readonly source: string;
  /** The parameters lie outside what the claim is about, "for ε > 0.2": the value is shown, and neither passes nor fails. */
  readonly unclaimed?: string;
}

/** A table of the figure's data: what `--csv` writes. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
}

export interface Run {
  /** A coarse version in a tenth of the time; its checks have the tolerance of that size. */
  readonly quick: boolean;
  readonly seed: number;
  /** Called with 0 … 1 while it computes. */
  readonly progress: (fraction: number) => void;
  /** Trains networks, for the figures that do; left out: the slow reference. */
  readonly executor?: Executor;
}

/**
 * One figure of the theory: parameters in, data out, a picture, claims with numbers, and the text to read beside it. Pure:
 * the same in Node, in a worker of the page and in the tests.
 */
export interface Recipe<P extends Record<string, number> = Record<string, number>, R = unknown> {
  /** `chaos`: the name on the command line. */
  readonly name: string;
  /** `F1`: the name in the index of figures. */
  readonly figureId: string;
  readonly title: string;
  readonly parameters: { readonly [K in keyof P]: Parameter };
  simulate(parameters: P, run: Run): R | Promise<R>;
  figure(result: R, parameters: P): Figure;
  checks(result: R, parameters: P): readonly Check[];
  table(result: R, parameters: P): Table;
  /** Paragraphs that read complete without the figure moving. `{eps}` stands for that parameter's value. */
  readonly prose: readonly string[];
}

/** A recipe whose result type is kept inside: what the registry holds. */
export interface AnyRecipe {
  readonly name: string;
  readonly figureId: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly prose: readonly string[];
  /**
   * Simulates once and gives all that follows from the result.
   * @throws UsageError for parameters that are unknown or out of range
   */
  run(parameters: Readonly<Record<string, number>>, run: Run): Promise<RecipeOutcome>;
}

export interface RecipeOutcome {
  readonly figure: Figure;
  readonly checks: readonly Check[];
  readonly table: Table;
}
