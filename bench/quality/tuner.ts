import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { key, stream } from "../../src/random/index.ts";
import type { Hyperparameters, SearchSpace } from "../../src/space/index.ts";
import { type Contender, judge } from "./finals.ts";
import type { Problem } from "./problem.ts";
import { segment } from "./segment.ts";

/** Optuna's name among the methods. */
export const peer = "Optuna TPE";

/** Another tool's search in a process of its own, one question at a time. */
export interface Tuner {
  readonly version: string;
  ask(request: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** Starts Optuna in this Python. @returns why there is none, as text */
export async function startTuner(python: string): Promise<Tuner | string> {
  const script = fileURLToPath(new URL("../peers/tuner.py", import.meta.url));
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const failed = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the tuner's process ended");
    return JSON.parse(value) as Readonly<Record<string, unknown>>;
  };
  const first = await Promise.race([failed, answer()]);
  if (typeof first === "string") return first;
  if (typeof first["absent"] === "string") return first["absent"];
  return {
    version: String(first["version"]),
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer();
    },
    close() {
      child.stdin.end();
    },
  };
}

/** Coordinates as Optuna knows them: null in [0, 1], K one of K values. */
const kinds = (space: SearchSpace<unknown>): (number | null)[] =>
  space.distributions.map(({ topology, cardinality }) => (topology === "unordered" ? cardinality : null));

function decoded(space: SearchSpace<unknown>, values: readonly number[]): Hyperparameters {
  const all = kinds(space);
  return space.decode(values.map((value, d) => (all[d] === null ? value : (value + 0.5) / all[d]!)));
}

/**
 * The same budget spent one trial after another: as many as a population has members, each trained for the whole run with
 * hyperparameters that do not change. A trial's loss is its last evaluation where the product is a model, else the mean of
 * its evaluations over the last quarter. The product is the best finalist, or the best trial's hyperparameters.
 */
export async function simulateTuner(problem: Problem, tuner: Tuner, seed: number): Promise<number> {
  const root = key(seed);
  const instance = problem.create(stream(root, "data"));
  const { space } = problem;
  await tuner.ask({ begin: seed, space: kinds(space) });
  const contenders: Contender[] = [];
  let best = { loss: Infinity, truth: Infinity };
  for (let id = 0; id < problem.members; id++) {
    const { values } = await tuner.ask({ ask: true });
    const hyperparameters = decoded(space, values as readonly number[]);
    const state = instance.init(hyperparameters, stream(root, "init", id));
    let [loss, truth, late] = [0, 0, 0];
    for (let generation = 0; generation < problem.generations; generation++) {
      const from = generation * problem.interval;
      const evaluation = segment(
        instance,
        state,
        { id, hyperparameters, generation, from, steps: problem.interval },
        root,
      );
      const value = evaluation.value!;
      if (problem.product === "model") {
        loss = value;
      } else if (generation >= 0.75 * problem.generations) {
        late++;
        loss += (value - loss) / late;
        truth += (instance.truth(state, hyperparameters) - truth) / late;
      }
      if (generation === problem.generations - 1 && problem.product === "model") {
        const { checkpoint } = evaluation;
        contenders.push({
          checkpoint: checkpoint!,
          value,
          score: -value,
          origin: id,
          state,
          hyperparameters,
        });
      }
    }
    if (loss < best.loss) best = { loss, truth };
    await tuner.ask({ tell: Number.isFinite(loss) ? loss : Number.MAX_VALUE });
  }
  return problem.product === "model"
    ? judge(problem, instance, contenders, contenders, seed).truth
    : best.truth;
}
