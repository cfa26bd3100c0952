import { checkOptions } from "../errors/index.ts";
import type { Initialiser } from "../tensor/index.ts";
import { type Activation, activation } from "./activations.ts";
import { gaussian } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";
import { checkSizes } from "./options.ts";

export interface CommitteeOptions {
  /** d */
  readonly inputs: number;
  /** m */
  readonly hidden: number;
  /** Default `relu`. */
  readonly activation?: Activation;
  /** Of u, `[inputs, hidden]`; default normal with variance 1/d. */
  readonly first?: Initialiser;
  /** Of a, `[hidden]`; default normal with variance 1. */
  readonly second?: Initialiser;
  readonly name?: string;
}

/** The two-layer network in mean-field scaling: f(x) = (1/m) Σᵢ aᵢ s(⟨uᵢ, x⟩), `[…n, d] → […n]`. */
export function committee(options: CommitteeOptions): Net {
  checkOptions("committee", options, {
    inputs: true,
    hidden: true,
    activation: true,
    first: true,
    second: true,
    name: true,
  });
  const { inputs, hidden, name = "committee" } = options;
  checkSizes("committee", { inputs, hidden });
  const s = activation(options.activation ?? "relu");
  return {
    parameters: {
      [`${name}.first`]: { shape: [inputs, hidden], init: options.first ?? gaussian(1 / Math.sqrt(inputs)) },
      [`${name}.second`]: { shape: [hidden], init: options.second ?? gaussian(1) },
    },
    apply: (p, x) =>
      s(x.matmul(parameter(p, `${name}.first`)))
        .matmul(parameter(p, `${name}.second`))
        .mul(1 / hidden),
  };
}
