import { dense, leaky, unroll } from "../nets/index.ts";
import { adam, chain, clipByNorm } from "../optim/index.ts";
import { standardDeviation } from "../math/index.ts";
import { type Key, subkey } from "../random/index.ts";
import {
  defineModel,
  type Executor,
  initialise,
  type LossContext,
  stack,
  trainingProgram,
} from "../tensor/index.ts";
import { movingAverage } from "./temporalTasks.ts";
import { type HierarchyProbes, hierarchyProbes } from "./hierarchyProbes.ts";

export interface HierarchyOptions {
  /** Time constants (τ_a, τ_b) of the two targets, one pair per network. */
  readonly timeConstants: readonly (readonly [number, number])[];
  /** Leaky units of each network. Default 16. */
  readonly units?: number;
  /** Length of a sequence. Default 120; the first third is not scored. */
  readonly time?: number;
  /** Sequences per step. Default 16. */
  readonly batch?: number;
  /** Steps of Adam. Default 400. */
  readonly steps?: number;
  readonly workers?: number;
  readonly progress?: (fraction: number) => void;
}

/** A trained network, and what it does (T8.3). */
export interface LearnedHierarchy extends HierarchyProbes {
  /** `[units]`: learned time constants, in steps. */
  readonly tau: readonly number[];
  /** `[units]`: |C₂ᵢ|/(|C₁ᵢ| + |C₂ᵢ|), how much of a unit's readout is for the second target. */
  readonly selectivity: readonly number[];
  /** Standard deviation of log τ over units before training. */
  readonly initialSpread: number;
  /** Mean squared error over the last twentieth of the steps. */
  readonly trainingError: number;
}

/**
 * Networks of leaky units with trainable time constants learn to average two channels of white noise, each over its own
 * time: all networks are members of one population, each with noise, initial values and target times of its own.
 * @param options.timeConstants the multi-scale task has (2, 40), its control (9, 9)
 * @see theory T8.1 to T8.3
 */
export async function temporalHierarchy(
  executor: Executor,
  key: Key,
  options: HierarchyOptions,
): Promise<readonly LearnedHierarchy[]> {
  const { timeConstants, units = 16, time = 120, batch = 16, steps = 400 } = options;
  const { workers, progress = () => {} } = options;
  const cell = leaky({ inputs: 2, units, tau: 8, logSpread: 0.1, maxLogTau: Math.log(time) });
  const readout = dense({ inputs: units, outputs: 2, name: "readout" });
  const from = Math.floor(time / 3);
  const model = defineModel({
    parameters: { ...cell.parameters, ...readout.parameters },
    hyperparameters: ["tauA", "tauB"],
    loss(p, _, { tauA, tauB }, context: LossContext) {
      const x = context.normal([batch, time, 2]);
      const inTime = x.transpose([1, 0, 2]);
      const targets = [tauA, tauB].map((tau, i) =>
        movingAverage(inTime.at(i, 2), tau).slice(from).transpose(),
      );
      const { outputs } = unroll(cell, p, x, context);
      const y = readout.apply(p, outputs.slice(from, time, 1), context);
      return y.sub(stack(targets, 2).stopGradient()).square().mean();
    },
  });
  const training = trainingProgram(model, {
    optimizer: chain(clipByNorm({ norm: 1 }), adam({ learningRate: 0.01 })),
  });
  const members = timeConstants.length;
  const session = await executor.compile(
    { train: training.program },
    { members, key, ...(workers === undefined ? {} : { workers }) },
  );
  try {
    for (let member = 0; member < members; member++) initialise(session, training, key, member);
    session.write(
      "tauA",
      "all",
      timeConstants.map(([a]) => a),
    );
    session.write(
      "tauB",
      "all",
      timeConstants.map(([, b]) => b),
    );
    const initialSpreads = timeConstants.map((_, member) =>
      standardDeviation(session.read("leaky.logTau", member)),
    );
    const last = Math.max(1, Math.floor(steps / 20));
    const pieces = Math.max(1, Math.min(20, steps - last));
    for (let piece = 0; piece < pieces; piece++) {
      const [begin, end] = [piece, piece + 1].map((i) => Math.floor(((steps - last) * i) / pieces));
      await session.step("train", end! - begin!, begin!);
      progress(end! / steps);
    }
    await session.step("train", last, steps - last);
    const errors = session.metrics("train")["loss"]!.mean;
    return timeConstants.map((_, member) => {
      const logTau = session.read("leaky.logTau", member);
      const weight = session.read("readout.weight", member);
      const selectivity = Array.from(logTau, (_, i) => {
        const [first, second] = [Math.abs(weight[2 * i]!), Math.abs(weight[2 * i + 1]!)];
        return second / (first + second);
      });
      const tau = Array.from(logTau, (l) => Math.exp(Math.min(Math.log(time), Math.max(0, l))));
      const network = {
        input: session.read("leaky.input", member),
        recurrent: session.read("leaky.recurrent", member),
        bias: session.read("leaky.bias", member),
        tau,
        readout: weight,
        readoutBias: session.read("readout.bias", member),
      };
      return {
        tau,
        selectivity,
        initialSpread: initialSpreads[member]!,
        trainingError: errors[member]!,
        ...hierarchyProbes(network, timeConstants[member]!, subkey(key, "probes", member)),
      };
    });
  } finally {
    await session.close();
  }
}
