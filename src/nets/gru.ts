import { checkOptions } from "../errors/index.ts";
import type { Tensor } from "../tensor/index.ts";
import { glorot, orthogonal, zeros } from "./initialisers.ts";
import { parameter } from "./net.ts";
import { checkSizes } from "./options.ts";
import type { Cell } from "./recurrent.ts";

export interface GruOptions {
  readonly inputs: number;
  readonly units: number;
  /** Bound of the state's absolute value; default none. */
  readonly clip?: number;
  readonly name?: string;
}

/**
 * Gated recurrent unit (Cho et al. 2014, reset after the product):
 * r = σ(x Uᵣ + h Wᵣ + b), z = σ(x U_z + h W_z + b), n = tanh(x Uₙ + bₙ + r∘(h Wₙ + c)), h ← (1 − z)∘n + z∘h.
 */
export function gru(options: GruOptions): Cell<Tensor> {
  checkOptions("gru", options, { inputs: true, units: true, clip: true, name: true });
  const { inputs, units, clip, name = "gru" } = options;
  checkSizes("gru", { inputs, units });
  const part = (x: Tensor, i: number): Tensor => x.slice(i * units, (i + 1) * units, -1);
  return {
    units,
    parameters: {
      [`${name}.input`]: { shape: [inputs, 3 * units], init: glorot },
      [`${name}.recurrent`]: { shape: [units, 3 * units], init: orthogonal },
      [`${name}.bias`]: { shape: [3 * units], init: zeros },
      [`${name}.candidateBias`]: { shape: [units], init: zeros },
    },
    project: (p, x) => x.matmul(parameter(p, `${name}.input`)).add(parameter(p, `${name}.bias`)),
    start: (_, batch, context) => context.trace.constant(0, [batch, units]),
    step: (p, h, input) => {
      const own = h.matmul(parameter(p, `${name}.recurrent`));
      const reset = part(input, 0).add(part(own, 0)).sigmoid();
      const update = part(input, 1).add(part(own, 1)).sigmoid();
      const inner = part(own, 2).add(parameter(p, `${name}.candidateBias`));
      const candidate = part(input, 2).add(reset.mul(inner)).tanh();
      const next = candidate.add(update.mul(h.sub(candidate)));
      return clip === undefined ? next : next.maximum(-clip).minimum(clip);
    },
    output: (h) => h,
    retention: (p, h, input) =>
      part(input, 1)
        .add(part(h.matmul(parameter(p, `${name}.recurrent`)), 1))
        .sigmoid(),
  };
}
