import { came, checkOptions, didYouMean, refuse } from "../errors/index.ts";
import { langevin, type LangevinOptions } from "../optim/index.ts";
import type { Key } from "../random/index.ts";
import {
  defineModel,
  type Executor,
  type Program,
  type Session,
  type SessionOptions,
  type Tensor,
  type Tensors,
  trainingProgram,
} from "../tensor/index.ts";
import { wasm } from "./wasm.ts";

export interface AgentOptions {
  /** N ≥ 1 */
  readonly agents: number;
  /** Coordinates of θ, 1 to 64. */
  readonly dimensions: number;
  /** L(θ; h) of one agent: θ of shape `[dimensions]`, each hyperparameter of shape []; a number. */
  readonly potential: (theta: Tensor, hyperparameters: Tensors) => Tensor;
  /** Names of the hyperparameters that the potential reads, one number per agent. */
  readonly hyperparameters?: readonly string[];
  /** x, the step: a number or the name of a hyperparameter, one number per agent. */
  readonly stepSize: LangevinOptions["stepSize"];
  /** T in exp(−L/T): a number or the name of a hyperparameter. */
  readonly temperature: LangevinOptions["temperature"];
  /** Default `leimkuhlerMatthews`. */
  readonly scheme?: LangevinOptions["scheme"];
  readonly key: Key;
  /** Default `wasm`. */
  readonly executor?: Executor;
  readonly workers?: number;
  readonly relaxed?: boolean;
  /** Default 0 … agents − 1. */
  readonly memberIds?: readonly number[];
}

/** N Langevin agents on a potential. */
export interface AgentKernel {
  readonly agents: number;
  /** θ of all agents, `[agents, dimensions]`. */
  positions(): ArrayLike<number>;
  /** Places one agent (`[dimensions]`), or all (`[agents, dimensions]`, or one place for all). */
  place(agent: number | "all", theta: ArrayLike<number>): void;
  /** Sets a hyperparameter: `[agents]`, or one number for all. */
  set(hyperparameter: string, values: ArrayLike<number>): void;
  /** Advances all agents by `steps` steps, from where the last call ended. */
  advance(steps: number): Promise<void>;
  /** L of each agent at the beginning of the last step, and its mean over the last call. */
  losses(): { readonly last: Float64Array; readonly mean: Float64Array };
  /** Steps made so far. */
  readonly step: number;
  /** For copies and merges of agents. */
  readonly session: Session;
  close(): Promise<void>;
}

/**
 * Advances N agents by dθ = −∇L(θ; h) dt + √(2T) dW, four per vector and all steps of a call in registers. The noise of
 * an agent depends on (key, its id, step) alone, so any executor gives the same path up to rounding.
 * @throws UsageError for dimensions out of range, and for shapes that do not fit, with the line of the potential
 * @example
 * const kernel = await agentKernel({
 *   agents: 100_000,
 *   dimensions: 2,
 *   potential: (theta, { h }) => theta.square().sub(1).square().sum().add(theta.at(0).mul(h!)),
 *   hyperparameters: ["h"],
 *   stepSize: 0.01,
 *   temperature: 0.2,
 *   key: key(1),
 * });
 */
export async function agentKernel(options: AgentOptions): Promise<AgentKernel> {
  check(options);
  const { agents, dimensions, potential, hyperparameters = [], executor = wasm } = options;
  const model = defineModel({
    parameters: { theta: { shape: [dimensions], init: (_, [size = 1]) => new Float64Array(size) } },
    hyperparameters,
    loss: ({ theta }, _, h) => potential(theta, h),
  });
  const { stepSize, temperature, scheme } = options;
  const optimizer = langevin({ stepSize, temperature, ...(scheme === undefined ? {} : { scheme }) });
  const { program } = trainingProgram(model, { optimizer });
  refuse(unread(program, hyperparameters));
  const { key, workers, relaxed, memberIds } = options;
  const session = await executor.compile({ agents: program }, {
    members: agents,
    key,
    ...(workers === undefined ? {} : { workers }),
    ...(relaxed === undefined ? {} : { relaxed }),
    ...(memberIds === undefined ? {} : { memberIds }),
  } satisfies SessionOptions);
  let step = 0;
  return {
    agents,
    session,
    get step() {
      return step;
    },
    positions: () => session.read("theta", "all"),
    place: (agent, theta) => session.write("theta", agent, theta),
    set: (hyperparameter, values) => session.write(hyperparameter, "all", values),
    advance: async (steps) => {
      await session.step("agents", steps, step);
      step += steps;
    },
    losses: () => session.metrics("agents")["loss"]!,
    close: () => session.close(),
  };
}

/** @throws UsageError listing every option that is unknown, missing or out of range */
function check(options: AgentOptions): void {
  checkOptions("agentKernel", options, {
    agents: true,
    dimensions: true,
    potential: true,
    hyperparameters: true,
    stepSize: true,
    temperature: true,
    scheme: true,
    key: true,
    executor: true,
    workers: true,
    relaxed: true,
    memberIds: true,
  });
  const { agents, dimensions, potential } = options;
  const problems: string[] = [];
  if (!(Number.isInteger(agents) && agents >= 1)) {
    problems.push(`agentKernel.agents: needs an integer >= 1, got ${came(agents)}.`);
  }
  if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= 64)) {
    problems.push(`agentKernel.dimensions: needs an integer from 1 to 64, got ${came(dimensions)}.`);
  }
  if (typeof potential !== "function") {
    problems.push(
      `agentKernel.potential: needs a function (theta, hyperparameters) => tensor, got ${came(potential)}.`,
    );
  }
  refuse(problems);
}

/** Hyperparameters that neither the potential nor the dynamics read. */
function unread({ nodes, slots }: Program, names: readonly string[]): string[] {
  const read = new Set(nodes.flatMap((node) => (node.op === "read" ? [node.slot] : [])));
  const known = slots.flatMap(({ kind, name }) => (kind === "hyper" && read.has(name) ? [name] : []));
  return names.flatMap((name) =>
    read.has(name)
      ? []
      : [
          `agentKernel.hyperparameters: nothing reads ${name} (what is read: ${known.join(", ") || "nothing"}).` +
            `${didYouMean(name, known)} Leave it out, or read it in the potential.`,
        ],
  );
}
