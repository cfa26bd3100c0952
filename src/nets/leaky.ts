import { checkOptions } from "../errors/index.ts";
import type { Initialiser, Tensor, Tensors } from "../tensor/index.ts";
import { fill, glorot, zeros } from "./initialisers.ts";
import { parameter } from "./net.ts";
import { checkSizes } from "./options.ts";
import type { Cell } from "./recurrent.ts";

export interface LeakyOptions {
  readonly inputs: number;
  readonly units: number;
  /** τ in steps at the beginning, > 0; where it is not learned also 0 (no leak). Default 8. */
  readonly tau?: number;
  /** Standard deviation of log τ over units at the beginning; default 0.1. */
  readonly logSpread?: number;
  /** Train log τ. Default true. */
  readonly learnTau?: boolean;
  /** The largest log τ: the logarithm of the sequence's length is right. Default log 1000. */
  readonly maxLogTau?: number;
  /** s: a second recurrence from s steps ago, so that gradients pass in fewer steps. Default none. */
  readonly skip?: number;
  /** Of the recurrent weights; default `glorot`. */
  readonly recurrent?: Initialiser;
  readonly name?: string;
}

/** The last output, and the ones before it where a skip needs them (oldest first). */
export interface LeakyState {
  readonly h: Tensor;
  readonly history: readonly Tensor[];
}

/**
 * Leaky units with learnable time constants: h ← (1 − α)∘h + α∘tanh(h W + x U + b), α = 1 − exp(−1/τ), τ = exp(l),
 * l clamped to [0, maxLogTau]; with `skip` s the sum also has h₍ₜ₋ₛ₎ S.
 */
export function leaky(options: LeakyOptions): Cell<LeakyState> {
  checkOptions("leaky", options, {
    inputs: true,
    units: true,
    tau: true,
    logSpread: true,
    learnTau: true,
    maxLogTau: true,
    skip: true,
    recurrent: true,
    name: true,
  });
  const { inputs, units, tau = 8, logSpread = 0.1, learnTau = true, skip, name = "leaky" } = options;
  checkSizes("leaky", { inputs, units, skip: skip ?? 1 });
  const maxLogTau = options.maxLogTau ?? Math.log(1000);
  const recurrent = options.recurrent ?? glorot;
  return {
    units,
    parameters: {
      [`${name}.input`]: { shape: [inputs, units], init: glorot },
      [`${name}.recurrent`]: { shape: [units, units], init: recurrent },
      [`${name}.bias`]: { shape: [units], init: zeros },
      ...(learnTau ? { [`${name}.logTau`]: { shape: [units], init: logTimes(tau, logSpread) } } : {}),
      ...(skip === undefined ? {} : { [`${name}.skip`]: { shape: [units, units], init: recurrent } }),
    },
    project: (p, x) => x.matmul(parameter(p, `${name}.input`)).add(parameter(p, `${name}.bias`)),
    start: (_, batch, context) => {
      const h = context.trace.constant(0, [batch, units]);
      return { h, history: Array.from({ length: (skip ?? 1) - 1 }, () => h) };
    },
    step: (p, { h, history }, input, context) => {
      let drive = input.add(h.matmul(parameter(p, `${name}.recurrent`)));
      const kept = [...history, h];
      if (skip !== undefined) drive = drive.add(kept[0]!.matmul(parameter(p, `${name}.skip`)));
      const rate = learnTau
        ? leakRate(p, `${name}.logTau`, maxLogTau)
        : context.trace.constant(-Math.expm1(-1 / tau));
      return { h: h.add(drive.tanh().sub(h).mul(rate)), history: kept.slice(1) };
    },
    output: ({ h }) => h,
    retention: (p, { h }, _, context) =>
      learnTau
        ? context.trace.constant(1, h.shape).sub(leakRate(p, `${name}.logTau`, maxLogTau))
        : context.trace.constant(Math.exp(-1 / tau), h.shape),
  };
}

/** log τ, normal around the logarithm of `tau`. */
export const logTimes =
  (tau: number, logSpread: number): Initialiser =>
  (draws, shape) =>
    Float64Array.from({ length: shape[0]! }, () => Math.log(tau) + logSpread * draws.normal());

/** log τ drawn in to [0, maxLogTau]. */
export const clampedLogTau = (p: Tensors, name: string, maxLogTau: number): Tensor =>
  parameter(p, name).maximum(0).minimum(maxLogTau);

/** 1 − exp(−1/τ) = 2u/(1 + u), u = tanh(1/2τ): exact also where 1/τ is small. */
function leakRate(p: Tensors, name: string, maxLogTau: number): Tensor {
  const half = clampedLogTau(p, name, maxLogTau).neg().exp().mul(0.5).tanh();
  return half.mul(2).div(half.add(1));
}

/** A tanh network with a second recurrence from s steps ago (default 10); no leak unless τ is given. */
export function skipThroughTime(options: Omit<LeakyOptions, "learnTau">): Cell<LeakyState> {
  const { tau = 0, skip = 10, name = "skip", ...rest } = options;
  return leaky({ ...rest, tau, skip, name, learnTau: false });
}

/** Sets recurrent weights to a multiple of the identity: a start that keeps memories. */
export const scaledIdentity =
  (scale: number): Initialiser =>
  (draws, shape) => {
    const matrix = Float64Array.from(fill(0)(draws, shape));
    for (let i = 0; i < Math.min(shape[0]!, shape[1]!); i++) matrix[i * shape[1]! + i] = scale;
    return matrix;
  };
