import type { Shape } from "./ir.ts";
import type { Tensor } from "./tensor.ts";
import type { Trace } from "./trace.ts";

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A coefficient of an update rule, one number per member: a number for all, the name of a hyperparameter, or a
 * function of the step and others (a schedule).
 */
export type Coefficient = number | string | ((context: RuleContext) => Tensor);

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
  /** A coefficient as a tensor of shape []. */
  coefficient(value: Coefficient): Tensor;
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

/** A coefficient as a tensor. */
export function resolveCoefficient(value: Coefficient, context: RuleContext): Tensor {
  if (typeof value === "number") return context.trace.constant(value);
  return typeof value === "string" ? context.trace.hyper(value) : value(context);
}
