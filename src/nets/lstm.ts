import { checkOptions } from "../errors/index.ts";
import type { Initialiser, Tensor } from "../tensor/index.ts";
import { glorot, orthogonal } from "./initialisers.ts";
import { parameter } from "./net.ts";
import { checkSizes } from "./options.ts";
import type { Cell } from "./recurrent.ts";

export interface LstmOptions {
  readonly inputs: number;
  readonly units: number;
  /** Initial bias of the forget gate; default 1. */
  readonly forgetBias?: number;
  readonly name?: string;
}

export interface LstmState {
  readonly h: Tensor;
  readonly c: Tensor;
}

/**
 * Long short-term memory with forget gate (Gers, Schmidhuber and Cummins 2000):
 * c ← f∘c + i∘tanh(g), h = o∘tanh(c); gates i, f, o = σ(x U + h W + b).
 */
export function lstm(options: LstmOptions): Cell<LstmState> {
  checkOptions("lstm", options, { inputs: true, units: true, forgetBias: true, name: true });
  const { inputs, units, forgetBias = 1, name = "lstm" } = options;
  checkSizes("lstm", { inputs, units });
  const bias: Initialiser = () =>
    Float64Array.from({ length: 4 * units }, (_, i) => (i >= units && i < 2 * units ? forgetBias : 0));
  return {
    units,
    parameters: {
      [`${name}.input`]: { shape: [inputs, 4 * units], init: glorot },
      [`${name}.recurrent`]: { shape: [units, 4 * units], init: orthogonal },
      [`${name}.bias`]: { shape: [4 * units], init: bias },
    },
    project: (p, x) => x.matmul(parameter(p, `${name}.input`)).add(parameter(p, `${name}.bias`)),
    start: (_, batch, context) => {
      const zero = context.trace.constant(0, [batch, units]);
      return { h: zero, c: zero };
    },
    step: (p, { h, c }, input) => {
      const all = input.add(h.matmul(parameter(p, `${name}.recurrent`)));
      const part = (i: number): Tensor => all.slice(i * units, (i + 1) * units, -1);
      const next = part(1)
        .sigmoid()
        .mul(c)
        .add(part(0).sigmoid().mul(part(2).tanh()));
      return { h: part(3).sigmoid().mul(next.tanh()), c: next };
    },
    output: ({ h }) => h,
    retention: (p, { h }, input) =>
      input
        .add(h.matmul(parameter(p, `${name}.recurrent`)))
        .slice(units, 2 * units, -1)
        .sigmoid(),
  };
}
