import { UsageError } from "../errors/index.ts";
import type { LossContext, ParameterSpec, Tensor, Tensors } from "../tensor/index.ts";

/** Parameters of a piece of a model, by name; spread them into `defineModel({ parameters })`. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** A piece of a model: its parameters, and the function from input to output of one member. */
export interface Net {
  readonly parameters: ParameterSpecs;
  /** @param p the model's parameters, this net's among them */
  apply(p: Tensors, x: Tensor, context: LossContext): Tensor;
}

/** The parameter of a net, with an error where a model forgot to spread it. */
export function parameter(p: Tensors, name: string): Tensor {
  const found = Object.hasOwn(p, name) ? p[name] : undefined;
  if (found !== undefined) return found;
  const message = `parameter ${name}: is not in the model. Spread the net's parameters into defineModel({ parameters }).`;
  throw Object.values(p)[0]?.graph.error(message) ?? new UsageError(message);
}
