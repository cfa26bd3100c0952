import { refuse } from "../errors/index.ts";
import { committee } from "../nets/index.ts";
import { byParameter, chain, sgd, unitNorm } from "../optim/index.ts";
import type { Key } from "../random/index.ts";
import { defineModel, type Executor, type Tensor, trainingProgram } from "../tensor/index.ts";
import type { SingleIndexModel } from "./singleIndex.ts";
import { type CommitteeState, committeeRisk } from "./singleIndexFull.ts";

/** Σ c_k h_k(z), h_k the normalised Hermite polynomials by h_{k+1}√(k+1) = z h_k − √k h_{k−1}. */
function hermiteSeries(coefficients: readonly number[], z: Tensor): Tensor {
  let before = z.mul(0);
  let here = before.add(1);
  let sum = here.mul(coefficients[0] ?? 0);
  for (let k = 1; k < coefficients.length; k++) {
    const next = z
      .mul(here)
      .sub(before.mul(Math.sqrt(k - 1)))
      .mul(1 / Math.sqrt(k));
    before = here;
    here = next;
    sum = sum.add(here.mul(coefficients[k]!));
  }
  return sum;
}

/**
 * Online SGD of two-layer networks on a single-index target (docs/theory, T7 at finite d), as a population on the tensor
 * path: f(x) = (1/m) Σ a_i σ(⟨u_i, x⟩), fresh samples at every step, u_i ← normalise(u_i + ηm …), a_i with η/ε, time
 * t = η · steps. Any Hermite degrees; members differ in their start and in their samples.
 * @param starts one network per member, of equal shape; the target direction is the first axis
 * @param run.times at which the population risk is wanted, multiples of the rate, increasing
 * @returns risk `[members][times]`
 * @throws UsageError unless ε > 0 and the networks have one shape
 */
export async function committeePopulation(
  executor: Executor,
  model: SingleIndexModel,
  starts: readonly CommitteeState[],
  key: Key,
  run: {
    readonly rate: number;
    readonly batch: number;
    readonly times: readonly number[];
    readonly workers?: number;
  },
): Promise<readonly (readonly number[])[]> {
  const [first] = starts;
  const d = first?.dims ?? 0;
  const m = first?.a.length ?? 0;
  refuse([
    ...(model.eps > 0 ? [] : [`committeePopulation.eps: needs a number > 0, got ${model.eps}`]),
    ...(first !== undefined && starts.every(({ dims, a }) => dims === d && a.length === m)
      ? []
      : ["committeePopulation.starts: needs networks of one shape, at least one"]),
  ]);
  const net = committee({
    inputs: d,
    hidden: m,
    activation: (z) => hermiteSeries(model.unit, z),
    first: () => new Float64Array(d * m),
    second: () => new Float64Array(m),
    name: "net",
  });
  const trained = defineModel({
    parameters: net.parameters,
    loss(p, _, __, context) {
      const x = context.normal([run.batch, d]);
      const y = hermiteSeries(model.target, x.at(0, 1));
      return net.apply(p, x, context).sub(y.stopGradient()).square().mean().mul(0.5);
    },
  });
  // Mean-field time: gradients of the loss carry 1/m.
  const training = trainingProgram(trained, {
    optimizer: chain(
      byParameter((name) => (name === "net.second" ? "second" : "first"), {
        first: sgd({ learningRate: run.rate * m }),
        second: sgd({ learningRate: (run.rate * m) / model.eps }),
      }),
      unitNorm({ applies: (name) => name === "net.first" }),
    ),
  });
  const session = await executor.compile(
    { train: training.program },
    { members: starts.length, key, ...(run.workers === undefined ? {} : { workers: run.workers }) },
  );
  try {
    starts.forEach(({ a, u }, member) => {
      session.write("net.second", member, a);
      // Rows of u are columns of the first layer.
      session.write(
        "net.first",
        member,
        Float64Array.from({ length: d * m }, (_, k) => u[(k % m) * d + Math.floor(k / m)]!),
      );
    });
    const risks: number[][] = starts.map(() => []);
    let steps = 0;
    for (const time of run.times) {
      const until = Math.round(time / run.rate);
      if (until > steps) await session.step("train", until - steps, steps);
      steps = Math.max(steps, until);
      starts.forEach((_, member) => {
        const w = session.read("net.first", member);
        const state: CommitteeState = {
          dims: d,
          a: Float64Array.from(session.read("net.second", member)),
          u: Float64Array.from({ length: d * m }, (__, k) => w[(k % d) * m + Math.floor(k / d)]!),
        };
        risks[member]!.push(committeeRisk(model, state));
      });
    }
    return risks;
  } finally {
    await session.close();
  }
}
