import { checkOptions } from "../errors/index.ts";
import type { Initialiser } from "../tensor/index.ts";
import { glorot, zeros } from "./initialisers.ts";
import { type Net, parameter } from "./net.ts";
import { checkSizes } from "./options.ts";

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
export function dense(options: DenseOptions): Net {
  checkOptions("dense", options, { inputs: true, outputs: true, name: true, weight: true, bias: true });
  const { inputs, outputs, name, weight = glorot, bias = true } = options;
  checkSizes("dense", { inputs, outputs });
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
