import { came } from "../errors/index.ts";
import type { Shape } from "./ir.ts";
import { boundsText, isWithin, type Range } from "./range.ts";
import { Tensor } from "./tensor.ts";
import type { Trace } from "./trace.ts";

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A coefficient of an update rule, one number per member: a number for all, the name of a hyperparameter, or a
 * function of the step and others (a schedule).
 */
export type Coefficient = number | string | Schedule;

/** A coefficient computed at each step; `range` is what the rule that reads it needs it to be. */
export type Schedule = (context: RuleContext, range?: Range) => Tensor;

/** How a slot begins. */
export type Initial =
  | { readonly kind: "fill"; readonly value: number }
  /** scale · the initial value of a parameter. */
  | { readonly kind: "parameter"; readonly name: string; readonly scale: number };

export interface StateSpec {
  readonly shape: Shape;
  readonly initial: Initial;
}

/** What an update rule may use. */
export interface RuleContext {
  readonly trace: Trace;
  /** The parameters at the beginning of the step. */
  readonly parameters: Tensors;
  /** The step's number, shape []. */
  readonly step: Tensor;
  /**
   * A coefficient as a tensor of shape [].
   * @param range what it may be: numbers are checked now, hyperparameters against the search space and when written
   */
  coefficient(value: Coefficient, range?: Range): Tensor;
}

export interface RuleResult {
  /** What to add to each parameter; the next rule of a chain gets it instead of the gradient. */
  readonly updates: Tensors;
  readonly state: Tensors;
  /** The new parameters themselves, for rules that hold them in another form; they win over `updates`. */
  readonly parameters?: Tensors;
}

/**
 * One update rule of the fast clock, as a pair of functions that write IR. Rules chain: each gets the updates of the
 * one before, the first gets the gradient.
 */
export interface UpdateRule {
  readonly name: string;
  /** The state that the rule keeps for parameters of these shapes, by name. */
  init(shapes: Readonly<Record<string, Shape>>): Readonly<Record<string, StateSpec>>;
  update(gradients: Tensors, state: Tensors, context: RuleContext): RuleResult;
}

/** A coefficient as a tensor. @throws UsageError where it is none, or a number out of its range */
export function resolveCoefficient(value: Coefficient, context: RuleContext, range?: Range): Tensor {
  const { trace } = context;
  const place = range?.why ?? "coefficient";
  if (typeof value === "number") {
    if (range !== undefined && !isWithin(value, range)) {
      throw trace.graph.error(`${place}: needs ${boundsText(range)}, got ${value}.`);
    }
    return trace.constant(value);
  }
  if (typeof value === "string") {
    const tensor = trace.hyper(value);
    if (range !== undefined) trace.graph.range(value, range);
    return tensor;
  }
  const made: unknown = typeof value === "function" ? value(context, range) : value;
  if (made instanceof Tensor) return made;
  throw trace.graph.error(
    `${place}: needs a number, the name of a hyperparameter or a schedule that gives a tensor, got ${came(made)}.`,
  );
}
