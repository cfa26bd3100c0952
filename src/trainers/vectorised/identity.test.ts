import { afterAll, describe, expect, it } from "vitest";
import { resume, run, type RunRequest } from "../../engine/index.ts";
import { StoreError } from "../../errors/index.ts";
import { mlp } from "../../nets/index.ts";
import { adam } from "../../optim/index.ts";
import { defineModel, softmaxCrossEntropy } from "../../tensor/index.ts";
import { truncation } from "../../population/index.ts";
import { cloudOptions, clouds, cloudSpace, scratch } from "./fixtures.ts";
import { vectorisedTrainer } from "./vectorisedTrainer.ts";

const { path, remove } = scratch();
afterAll(remove);

/** The model of the fixtures, with choices that a user may come back from with others. */
function trainerOf({ activation = "relu", beta1 = 0.9, rows = 90, batch = 16, seed = 1, weight = 1 } = {}) {
  const net = mlp({
    inputs: 2,
    hidden: [12],
    outputs: 3,
    activation: activation as "relu",
    dropout: "dropout",
    units: "units",
  });
  const model = defineModel({
    parameters: net.parameters,
    data: { x: { shape: [2] }, y: { shape: [], dtype: "int32" } },
    hyperparameters: ["l2"],
    loss: (p, { x, y }, { l2 }, context) =>
      context
        .batchMean(softmaxCrossEntropy(net.apply(p, x, context), y))
        .mul(weight)
        .add(p["mlp.0.weight"]!.square().sum().mul(l2)),
  });
  return vectorisedTrainer({
    ...cloudOptions,
    model,
    data: { train: clouds(rows, seed), validation: clouds(60, 2) },
    optimizer: adam({ learningRate: "lr", beta1 }),
    batchSize: { max: batch, hyperparameter: "batchSize" },
  });
}

const request = (trainer: RunRequest["trainer"], steps: number): RunRequest => ({
  trainer,
  space: cloudSpace,
  metric: "loss:min",
  members: 4,
  seed: 3,
  slow: { interval: 5, selection: truncation({ fraction: 0.25 }) },
  stop: { steps },
});

const changed = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): string[] =>
  Object.keys(a).filter((name) => a[name] !== b[name]);

describe("the identity of a vectorised trainer", () => {
  const base = trainerOf().identity!();

  it("is the same for a trainer that is made again", () => {
    expect(trainerOf().identity!()).toEqual(base);
    expect(Object.keys(base)).toEqual([
      "program train",
      "program evaluate",
      "data train.x",
      "data train.y",
      "data validation.x",
      "data validation.y",
      "constant units",
    ]);
  });

  it.each([
    ["the loss", { weight: 2 }, ["program train", "program evaluate"]],
    ["an activation", { activation: "tanh" }, ["program train", "program evaluate"]],
    ["a coefficient of the optimizer", { beta1: 0.8 }, ["program train"]],
    ["the largest batch", { batch: 17 }, ["program train"]],
    ["the data", { seed: 9 }, ["data train.x", "data train.y"]],
    ["the number of rows", { rows: 91 }, ["program train", "data train.x", "data train.y"]],
  ])("changes with %s", (_, change, parts) => {
    expect(changed(base, trainerOf(change).identity!())).toEqual(parts);
  });

  it("is compared at a resume: another one is refused, by part, and goes on only when that is asked for", async () => {
    const directory = path("run");
    await run(request(trainerOf(), 10), { directory }).result;
    const other = trainerOf({ beta1: 0.8, seed: 9 });
    const refused = resume(directory, { trainer: other, stop: { steps: 20 } }).result;
    await expect(refused).rejects.toThrow(StoreError);
    await expect(refused).rejects.toThrow(
      `${directory}: the trainer is not the one that the run began with, so that its values could not be compared:
  data train.x: has changed
  data train.y: has changed
  program train: has changed
Nothing was changed. Resume with the trainer as it was, start a new run in another directory, or go on knowingly with --changed-trainer (changedTrainer: true).`,
    );
    const same = await resume(directory, { trainer: trainerOf(), stop: { steps: 15 } }).result;
    expect(same.generation).toBe(3);
    const knowingly = await resume(directory, { trainer: other, stop: { steps: 20 }, changedTrainer: true })
      .result;
    expect(knowingly.generation).toBe(4);
    // From here on it is the trainer of the run.
    expect((await resume(directory, { trainer: other, stop: { steps: 25 } }).result).generation).toBe(5);
  });
});
