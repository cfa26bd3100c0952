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

/** The function of an activation. */
export const activation = (which: Activation): ((x: Tensor) => Tensor) =>
  typeof which === "string" ? named[which] : which;
