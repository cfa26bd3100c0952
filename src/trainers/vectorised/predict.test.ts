import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../engine/index.ts";
import { wasm } from "../../executors/index.ts";
import { openRunReader } from "../../store/index.ts";
import { predict } from "../../tensor/index.ts";
import { cloudModel, cloudOptions, cloudSpace, scratch } from "./fixtures.ts";
import { stateReader } from "./states.ts";
import { vectorisedTrainer } from "./vectorisedTrainer.ts";

const { path, remove } = scratch();
afterAll(remove);

describe("the winner of a run", () => {
  it("predicts with the numbers of its checkpoint", async () => {
    const request = {
      trainer: vectorisedTrainer(cloudOptions),
      space: cloudSpace,
      metric: "loss:min",
      members: 3,
      seed: 5,
      slow: { interval: 10 },
      stop: { steps: 20 },
    };
    const { best } = await run(request, { directory: path("run") }).result;
    const place = await openRunReader(path("run"));
    const { directory, row } = place.checkpoints.locate(best!.checkpoint!);
    place.close();
    const reader = stateReader();
    const parameters = await reader.read(directory, row ?? 0);
    await reader.close();
    const { values, shape } = await predict({
      model: cloudModel,
      parameters,
      data: cloudOptions.data.validation,
      hyperparameters: { units: 12, l2: best!.hyperparameters["l2"] as number },
      output: (p, batch, hyperparameters, context) => cloudModel.loss(p, batch, hyperparameters, context),
      executor: wasm,
    });
    expect(shape).toEqual([]);
    expect(values[0]).toBeCloseTo(best!.value, 6);
  });
});
