import type { Initialiser } from "../tensor/index.ts";
import { glorot, zeros } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Prefix of the parameters `name.weight`, `name.bias`. */
  readonly name: string;
  /** Default `glorot`. */
  readonly weight?: Initialiser;
  /** Default true. */
  readonly bias?: boolean;
}

/** x W + b, W `[inputs, outputs]`, over the last axis of x. */
export function dense({ inputs, outputs, name, weight = glorot, bias = true }: DenseOptions): Net {
  return {
    parameters: {
      [`${name}.weight`]: { shape: [inputs, outputs], init: weight },
      ...(bias ? { [`${name}.bias`]: { shape: [outputs], init: zeros } } : {}),
    },
    apply: (p, x) => {
      const product = x.matmul(parameter(p, `${name}.weight`));
      return bias ? product.add(parameter(p, `${name}.bias`)) : product;
    },
  };
}
