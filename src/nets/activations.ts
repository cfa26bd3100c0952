import { came, didYouMean, UsageError } from "../errors/index.ts";
import { gelu, type Tensor } from "../tensor/index.ts";

export type ActivationName = "identity" | "tanh" | "relu" | "sigmoid" | "softplus" | "gelu";
export type Activation = ActivationName | ((x: Tensor) => Tensor);

const named: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  identity: (x) => x,
  tanh: (x) => x.tanh(),
  relu: (x) => x.relu(),
  sigmoid: (x) => x.sigmoid(),
  softplus: (x) => x.softplus(),
  gelu,
};

/** The function of an activation. @throws UsageError for a name that there is not */
export function activation(which: Activation): (x: Tensor) => Tensor {
  if (typeof which === "function") return which;
  if (typeof which === "string" && Object.hasOwn(named, which)) return named[which];
  const names = Object.keys(named);
  const hint = typeof which === "string" ? didYouMean(which, names) : "";
  throw new UsageError(`activation: needs ${names.join(", ")} or a function, got ${came(which)}.${hint}`);
}
