import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import { reference } from "../../tensor/index.ts";
import { dqn } from "../../theory/index.ts";
import { atLeast, defineRecipe } from "../recipe.ts";

interface Course {
  readonly window: number;
  readonly updates: readonly dqn.DqnUpdate[];
}

interface Outcome {
  readonly courses: readonly Course[];
  readonly quick: boolean;
}

/** Mean return of the authors' ten agents after each of five updates, m = 5. */
const published = [21.6, 24.1, 47.3, 77.8, 87.7];

/** Of n things, which show the beginning, the middle and the end: the second, the middle one, the last. */
const shown = (n: number): number[] => [...new Set([Math.min(1, n - 1), Math.floor((n - 1) / 2), n - 1])];

/** Smoothed density of log₁₀ learning rates at points of their range: Gaussian kernels of width 0.2. */
function density(update: dqn.DqnUpdate): { readonly learningRate: number; readonly density: number }[] {
  const width = 0.2;
  const centres = update.hyperparameters.map(({ learningRate }) => Math.log10(learningRate));
  return Array.from({ length: 61 }, (_, i) => {
    const at = -5 + i / 20;
    const sum = centres.reduce((total, centre) => total + Math.exp(-0.5 * ((at - centre) / width) ** 2), 0);
    return {
      learningRate: 10 ** at,
      density: sum / (centres.length * width * Math.sqrt(2 * Math.PI)),
    };
  });
}

/** F20: populations of deep Q-learners on CartPole, with fitness averaged over more or fewer episodes. */
export const cartpole = defineRecipe<
  { agents: number; updates: number; first: number; second: number },
  Outcome
>({
  name: "cartpole",
  figureId: "F20",
  title: "A population of deep Q-learners",
  parameters: {
    agents: { initial: 50, low: 5, high: 1000, log: true, integer: true, label: "agents" },
    updates: { initial: 10, low: 2, high: 40, integer: true, label: "updates of the population" },
    first: { initial: 1, low: 1, high: 10, integer: true, label: "episodes averaged, one way" },
    second: { initial: 5, low: 1, high: 10, integer: true, label: "episodes averaged, the other way" },
  },
  async simulate({ agents, updates, first, second }, run) {
    const windows = [...new Set([first, second])];
    const size = run.quick ? { agents: Math.min(12, agents), updates: 3 } : { agents, updates };
    const courses: Course[] = [];
    for (const window of windows) {
      const done = courses.length;
      const history = await dqn.dqnExperiment(run.executor ?? reference, key(run.seed), {
        ...size,
        window,
        onUpdate: ({ update }) => run.progress((done + update / size.updates) / windows.length),
      });
      courses.push({ window, updates: history });
    }
    return { courses, quick: run.quick };
  },
  figure({ courses }) {
    const lines = courses.flatMap(({ window, updates }) =>
      updates.map(({ update, mean, best }) => ({ window, update, mean, best })),
    );
    const { updates, window } = courses.at(-1)!;
    const last = updates.at(-1)!;
    const clouds = shown(updates.length).map((index) => updates[index]!);
    return {
      title: "A population of deep Q-learners",
      caption: `Mean return of ${last.fitness.length} agents on CartPole (at most 100 steps an episode) against updates of the population, where fitness is the mean of the last m returns; below, the agents of m = ${window} in the space of their hyperparameters (colour: return, from 0 dark to 100 light; size: batch). After ${updates.length} updates the population's mean is ${courses.map((course) => `${course.updates.at(-1)!.mean.toFixed(1)} (m = ${course.window})`).join(", ")}.`,
      columns: 3,
      panelWidth: 300,
      panelHeight: 250,
      panels: [
        ...(["mean", "best"] as const).map((what, i) => ({
          title: what === "mean" ? "A  population" : "B  best five",
          key: [
            ...courses.map((course, c) => ({ label: `m = ${course.window}`, color: category(c) })),
            ...(i === 0 ? [{ label: "published, 10 agents, m = 5", color: ink, mark: "dot" as const }] : []),
          ],
          options: {
            x: { label: "update", ticks: updates.map(({ update }) => update), tickFormat: String },
            y: { label: "mean return", domain: [0, 100] },
            grid: true,
            marks: [
              ...courses.map((course, c) =>
                Plot.line(
                  lines.filter((line) => line.window === course.window),
                  { x: "update", y: what, stroke: category(c), strokeWidth: 2 },
                ),
              ),
              ...(i === 0
                ? [
                    Plot.dot(
                      published
                        .map((value, at) => ({ update: at + 1, value }))
                        .filter(({ update }) => update <= updates.length),
                      { x: "update", y: "value", stroke: ink, r: 3 },
                    ),
                  ]
                : []),
            ],
          },
        })),
        {
          title: `C  density of learning rates, m = ${window}`,
          key: clouds.map(({ update }, i) => ({ label: `after ${update}`, color: category(i + 2) })),
          options: {
            x: { type: "log", label: "learning rate", domain: [1e-5, 1e-2], ticks: 4 },
            y: { label: "density per decade" },
            grid: true,
            marks: clouds.map((cloud, i) =>
              Plot.line(density(cloud), { x: "learningRate", y: "density", stroke: category(i + 2) }),
            ),
          },
        },
        ...clouds.map(({ update, fitness, hyperparameters }, i) => ({
          title: `${"DEF"[i]}  agents after update ${update}, m = ${window}`,
          options: {
            x: { type: "log" as const, label: "learning rate", domain: [1e-5, 1e-2], ticks: 4 },
            y: { label: "decay of exploration (steps)", domain: [0, 5000] },
            color: { scheme: "viridis" as const, domain: [0, 100] },
            grid: true,
            marks: [
              Plot.dot(
                hyperparameters.map((h, i) => ({ ...h, value: fitness[i]! })),
                {
                  x: "learningRate",
                  y: "decay",
                  fill: "value",
                  fillOpacity: 0.8,
                  r: (d: { batchSize: number }) => d.batchSize / 28,
                },
              ),
            ],
          },
        })),
      ],
    };
  },
  checks({ courses, quick }, { agents, updates }) {
    const rises = courses.map((course) => {
      const [first, last] = [course.updates[0]!, course.updates.at(-1)!];
      return atLeast(
        `The best five return more after the last update than after the first, m = ${course.window} (difference)`,
        last.best - first.best,
        0,
        "T10",
      );
    });
    if (quick || agents < 50 || updates < 10) return rises;
    return [
      ...rises,
      ...courses.map((course) => ({
        claim: `Mean return of the population after ${updates} updates, m = ${course.window}`,
        value: course.updates.at(-1)!.mean,
        reference: 100,
        tolerance: 15,
        source: "T10: episodes are cut at 100",
      })),
      ...courses
        .filter(({ window }) => window === 5)
        .map((course) => ({
          claim: "Mean return after 5 updates, m = 5, beside one published run of 10 agents",
          value: course.updates[4]!.mean,
          reference: published[4]!,
          // Five runs of 10 agents spread with a standard deviation of 21.
          tolerance: 42,
          source: "T10",
        })),
    ];
  },
  table: ({ courses }) => ({
    columns: ["m", "update", "agent", "return", "learning_rate", "decay", "batch_size"],
    rows: courses.flatMap(({ window, updates }) =>
      updates.flatMap(({ update, fitness, hyperparameters }) =>
        fitness.map((value, agent) => {
          const { learningRate, decay, batchSize } = hyperparameters[agent]!;
          return [window, update, agent, value, learningRate, decay, batchSize];
        }),
      ),
    ),
  }),
  prose: [
    "Each agent learns to balance a pole by deep Q-learning, with its own learning rate, its own pace of giving up exploration and its own batch size. Between updates, the worst fifth takes over networks of the best fifth, moves their hyperparameters a little, and forgets everything else: replay memory, optimizer, episodes.",
    "The return of one episode is noisy. Averaging over the last m, {first} or {second} here, estimates the effective fitness of the hyperparameters, at the price of looking back to when the network was worse. On this task the population finds high learning rates and quick decay with either.",
    "All agents train as one program; the environments of all {agents} are a few lines of TypeScript between its calls.",
  ],
});
