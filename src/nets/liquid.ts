import { checkOptions, refuse } from "../errors/index.ts";
import type { Initialiser, Tensor, Tensors } from "../tensor/index.ts";
import { gaussian, glorot, zeros } from "./initialisers.ts";
import { clampedLogTau, logTimes } from "./leaky.ts";
import { parameter } from "./net.ts";
import { checkSizes } from "./options.ts";
import type { Cell } from "./recurrent.ts";

export interface LiquidOptions {
  readonly inputs: number;
  readonly units: number;
  /** τ in steps at the beginning, > 0. Default 8. */
  readonly tau?: number;
  /** Standard deviation of log τ over units at the beginning; default 0.1. */
  readonly logSpread?: number;
  /** The largest log τ: the logarithm of the sequence's length is right. Default log 1000. */
  readonly maxLogTau?: number;
  /** Time between two inputs, in the unit of τ. Default 1. */
  readonly dt?: number;
  /** Fused steps between two inputs: an integer ≥ 1. Default 1. */
  readonly substeps?: number;
  /** Of the recurrent weights; default `glorot`. */
  readonly recurrent?: Initialiser;
  readonly name?: string;
}

/**
 * Liquid time-constant units (Hasani et al. 2021): dh/dt = −(1/τ + f)∘h + f∘A with f = σ(h W + x U + b), so a unit's time
 * constant τ/(1 + τf) is shortened by what it is told. Integrated by the fused step
 *
 *     h ← (h + dt f∘A)/(1 + dt(1/τ + f)),
 *
 * which is implicit in h and explicit in f: |h| never exceeds |A|, whatever dt. τ = exp(l), l clamped to [0, maxLogTau].
 * @throws UsageError unless dt > 0 and sizes and substeps are integers ≥ 1
 * @see docs/theory, T8.1
 */
export function liquid(options: LiquidOptions): Cell<Tensor> {
  checkOptions("liquid", options, {
    inputs: true,
    units: true,
    tau: true,
    logSpread: true,
    maxLogTau: true,
    dt: true,
    substeps: true,
    recurrent: true,
    name: true,
  });
  const { inputs, units, tau = 8, logSpread = 0.1, dt = 1, substeps = 1, name = "liquid" } = options;
  const { maxLogTau = Math.log(1000), recurrent = glorot } = options;
  checkSizes("liquid", { inputs, units, substeps });
  refuse([
    ...(dt > 0 && dt < Infinity ? [] : [`liquid.dt: needs a number > 0, got ${dt}`]),
    ...(tau > 0 && tau < Infinity ? [] : [`liquid.tau: needs a number > 0, got ${tau}`]),
  ]);
  const part = dt / substeps;
  /** One fused step, and its divisor 1 + dt(1/τ + f). */
  const fused = (p: Tensors, h: Tensor, input: Tensor): { readonly next: Tensor; readonly by: Tensor } => {
    const f = input.add(h.matmul(parameter(p, `${name}.recurrent`))).sigmoid();
    const leak = clampedLogTau(p, `${name}.logTau`, maxLogTau).neg().exp();
    const by = f.add(leak).mul(part).add(1);
    return { next: h.add(f.mul(parameter(p, `${name}.target`)).mul(part)).div(by), by };
  };
  return {
    units,
    parameters: {
      [`${name}.input`]: { shape: [inputs, units], init: glorot },
      [`${name}.recurrent`]: { shape: [units, units], init: recurrent },
      [`${name}.bias`]: { shape: [units], init: zeros },
      [`${name}.target`]: { shape: [units], init: gaussian(1) },
      [`${name}.logTau`]: { shape: [units], init: logTimes(tau, logSpread) },
    },
    project: (p, x) => x.matmul(parameter(p, `${name}.input`)).add(parameter(p, `${name}.bias`)),
    start: (_, batch, context) => context.trace.constant(0, [batch, units]),
    step: (p, before, input) => {
      let h = before;
      for (let i = 0; i < substeps; i++) h = fused(p, h, input).next;
      return h;
    },
    output: (h) => h,
    retention: (p, before, input) => {
      let { next: h, by } = fused(p, before, input);
      for (let i = 1; i < substeps; i++) {
        const after = fused(p, h, input);
        h = after.next;
        by = by.mul(after.by);
      }
      return by.reciprocal();
    },
  };
}
