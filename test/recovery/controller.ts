import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planFrom, type RunHandle, type StopRule, type Trainer } from "../../src/engine/index.ts";
import { type FaultPoint, type Internals, production } from "../../src/engine/faults.ts";
import { resumeWith, runPlanWith } from "../../src/engine/run.ts";
import { constant, searchSpace, uniform } from "../../src/space/index.ts";
import { sgd } from "../../src/optim/index.ts";
import { defineModel } from "../../src/tensor/index.ts";
import { commandTrainer, defineTrainer, vectorisedTrainer } from "../../src/trainers/index.ts";

/** One process of a recovery test: starts or resumes a small run, and may end itself at a named boundary. */

export interface ControllerOrder {
  readonly directory: string;
  readonly action: "run" | "resume";
  readonly trainer: "typescript" | "batch" | "vectorised" | "command";
  readonly mode?: "synchronous" | "asynchronous";
  readonly slots: number;
  readonly members: number;
  readonly stop: StopRule;
  /** The shell script of the command trainer. */
  readonly script?: string;
  /** Requests left before training: pause and unpause. */
  readonly controls?: boolean;
  /** A member to retire at the first boundary: asked for before training, when the run is begun. */
  readonly retire?: number;
  /** Writes a dot for each finished segment. */
  readonly progress?: boolean;
  /** SIGKILL to itself at the n-th time (1, 2 …) that it comes to this boundary. */
  readonly killAt?: { readonly point: FaultPoint; readonly count: number };
}

const order = JSON.parse(process.argv[2]!) as ControllerOrder;

const space = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1), limit: constant(3) });

interface State {
  theta: number[];
}

const move = (state: State, h: { readonly h0: number; readonly h1: number }, steps: number): void => {
  for (let i = 0; i < steps; i++) {
    state.theta[0]! -= 0.04 * h.h0 * state.theta[0]!;
    state.theta[1]! -= 0.04 * h.h1 * state.theta[1]!;
  }
};

const score = ({ theta }: State): number => 1.2 - theta[0]! ** 2 - theta[1]! ** 2;

/** Noise of a measurement, so that fresh keys give other values: the same for the same seed. */
const noise = (seed: number): number => 0.01 * Math.sin(seed % 1000);

const typescript = defineTrainer<{ h0: number; h1: number; limit: number }, State>({
  init: () => ({ theta: [0.9, 0.9] }),
  async train(state, h, steps, context) {
    move(state, h, steps);
    context.report(context.untilStep, { Q: score(state) });
    await new Promise((resolve) => setTimeout(resolve, 1));
  },
  evaluate: (state, _, { seed }) => score(state) + noise(seed),
  merge: (states, weights) => ({
    theta: [0, 1].map((i) => states.reduce((sum, { theta }, k) => sum + weights[k]! * theta[i]!, 0)),
  }),
});

/** Advances the whole population in one call and writes one checkpoint for all of it. */
const batch: Trainer = {
  kind: "vectorised",
  spec: {},
  batch: Number.POSITIVE_INFINITY,
  parallel: false,
  verification: "echo",
  open: () =>
    Promise.resolve({
      async run(segments, hooks, done) {
        const states = segments.map(({ load }): State => {
          if (load === null) return { theta: [0.9, 0.9] };
          const all = JSON.parse(readFileSync(join(load.directory, "all.json"), "utf8")) as State[];
          return all[load.row!]!;
        });
        for (const [i, { hyperparameters, fromStep, untilStep, member }] of segments.entries()) {
          const { h0, h1 } = hyperparameters as { h0: number; h1: number };
          move(states[i]!, { h0, h1 }, untilStep - fromStep);
          hooks.report(member, untilStep, { Q: score(states[i]!) });
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
        const { save } = segments[0]!;
        mkdirSync(save, { recursive: true });
        writeFileSync(join(save, "all.json"), JSON.stringify(states));
        for (const [row, segment] of segments.entries()) {
          done(segment, {
            status: "ok",
            step: segment.untilStep,
            metrics: { Q: score(states[row]!) + noise(segment.seed) },
            using: segment.hyperparameters,
            row,
          });
        }
      },
      close: () => Promise.resolve(),
    }),
};

/** The same toy as a program, with noise: a repeated or a forgotten step would show. */
const vectorised = (): Trainer =>
  vectorisedTrainer({
    model: defineModel({
      parameters: { theta: { shape: [2], init: () => [0.9, 0.9] } },
      hyperparameters: ["h0", "h1", "limit"],
      loss: ({ theta }, _, { h0, h1, limit }, context) => {
        const noisy = theta.add(context.normal([2]).mul(0.05));
        const square = noisy.square().minimum(limit.broadcastTo([2]));
        return square.slice(0, 1).sum().mul(h0).add(square.slice(1).sum().mul(h1)).mul(0.5);
      },
      metrics: ({ theta }) => ({ Q: theta.square().sum().neg().add(1.2) }),
    }),
    optimizer: sgd({ learningRate: 0.04 }),
    workers: 1,
  });

function trainerOf(): Trainer {
  if (order.trainer === "vectorised") return vectorised();
  if (order.trainer === "batch") return batch;
  if (order.trainer === "typescript") return typescript;
  return commandTrainer({
    // The script has no use for the last two, but each hyperparameter must reach the command.
    command: ["sh", order.script!, "{load}", "{save}", "{until}", "{h0}", "{h1}", "{limit}"],
    graceMs: 200,
  });
}

let hits = 0;
const internals: Internals = {
  ...production,
  backoffMs: 1,
  pollMs: 20,
  fault(point) {
    if (order.killAt?.point !== point || ++hits < order.killAt.count) return;
    process.kill(process.pid, "SIGKILL");
  },
};

const plan = planFrom({
  name: "recovery",
  space,
  members: order.members,
  seed: 11,
  metric: "Q:max",
  slow: { interval: 3 },
  mode: order.mode ?? "synchronous",
  stop: order.stop,
  // Two for each trainer: those of the batch trainer and of commands are segments of zero steps.
  reevaluate: { finalists: 3, evaluations: 2 },
});

function begin(): RunHandle {
  const trainer = trainerOf();
  const { directory, slots } = order;
  return order.action === "run"
    ? runPlanWith(plan, trainer, { directory, slots }, internals)
    : resumeWith(directory, { trainer, slots, plan }, internals);
}

const handle = begin();
if (order.controls === true) {
  handle.pause();
  handle.unpause();
}
if (order.retire !== undefined && order.action === "run") handle.retire(order.retire);
if (order.progress === true) {
  for await (const event of handle.events) {
    if (event.type === "segment" && event.state === "done") process.stdout.write(".");
  }
}
const { reason } = await handle.result;
process.stdout.write(`ended ${reason}\n`);
