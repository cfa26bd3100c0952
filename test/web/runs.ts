import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { choice, type SearchSpace, searchSpace, uniform } from "../../src/space/index.ts";
import { planFrom, runEvent } from "../../src/engine/index.ts";
import { initialPopulation } from "../../src/population/index.ts";
import { key } from "../../src/random/index.ts";
import { createRunStore } from "../../src/store/index.ts";
import { syntheticRun, syntheticSpace } from "../../src/server/fixtures/synthetic.ts";

/** Runs for looking at the page: an ordinary one, and those that pages forget. */
export const edgeRuns = [
  "one-member",
  "no-generation",
  "all-failed",
  "one-category",
  "forty-hyperparameters",
  "no-samples",
  "nan-metrics",
] as const;

const forty: SearchSpace<unknown> = searchSpace(
  Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`h${String(i).padStart(2, "0")}`, uniform(0, 1)])),
);

/** Makes `digits` and `digits-2`, two ordinary runs, and with `edges` the others. */
export async function makeRuns(folder: string, edges = true): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const ordinary = {
    members: 24,
    generations: 30,
    samples: 25,
    failure: 0.01,
    metrics: ["accuracy"],
    log: `epoch 1\n<b>loss</b> 0.3\n${hostile}\n`,
  };
  await syntheticRun(at("digits"), ordinary);
  await syntheticRun(at("digits-2"), { ...ordinary, seed: 8, generations: 22 });
  if (!edges) return;
  await syntheticRun(at("one-member"), { members: 1, generations: 5 });
  await founded(at("no-generation"));
  await syntheticRun(at("all-failed"), { members: 6, generations: 3, failure: 1, ended: false });
  await syntheticRun(at("one-category"), {
    members: 8,
    generations: 6,
    space: searchSpace({ optimizer: choice(["sgd", "adam", hostile]) }),
  });
  await syntheticRun(at("forty-hyperparameters"), { members: 8, generations: 6, space: forty });
  // A metric that is sometimes no number, and one that never is.
  await syntheticRun(at("nan-metrics"), {
    members: 6,
    generations: 5,
    failure: 0.2,
    before: (store) => {
      for (let member = 0; member < 6; member++) {
        for (let step = 10; step <= 500; step += 10) {
          const norm = step % 150 < 40 ? Number.NaN : 1 + (member + 1) / step;
          store.addMetrics(member, Math.floor((step - 1) / 100), 1, step, { norm, never: Number.NaN });
        }
      }
    },
  });
  await syntheticRun(at("no-samples"), { members: 8, generations: 6, samples: 0 });
}

/** A run that has drawn its founders and trained nothing. */
async function founded(directory: string): Promise<void> {
  const plan = planFrom({
    space: syntheticSpace,
    members: 8,
    seed: 7,
    metric: "loss:min",
    slow: { interval: 100 },
    stop: { steps: 1000 },
  });
  const { members } = initialPopulation(plan.space, 8, key(7), plan.rules);
  const store = await createRunStore(directory);
  store.appendDecisions([
    runEvent(plan),
    ...members.map(({ id, hyperparameters }) => ({
      generation: 0,
      kind: "founder" as const,
      member: id,
      body: { hyperparameters },
    })),
  ]);
  store.close();
}

/** Text that would be markup anywhere but in a text node: a value, a log line, the name of a run's directory. */
export const hostile = "<img src=x onerror=\"document.title='broken'\">";
