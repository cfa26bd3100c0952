import { expect, it } from "vitest";
import type { EncodedAxis } from "../../figures/index.ts";
import { pathOf } from "./path.ts";

const lr: EncodedAxis = {
  name: "lr",
  scale: "log",
  ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, value: 10 ** (4 * at - 4) })),
};
const optimizer: EncodedAxis = {
  name: "optimizer",
  scale: "category",
  ticks: [
    { at: 0.25, value: "sgd" },
    { at: 0.75, value: "adam" },
  ],
};
const leg = (fromStep: number, untilStep: number, lr_: number, optimizer_: string) => ({
  fromStep,
  untilStep,
  hyperparameters: { lr: lr_, optimizer: optimizer_ },
});

it("puts a schedule on the axis: each generation has what its segment used, and none beyond it", () => {
  const schedule = [leg(0, 100, 1e-2, "sgd"), leg(100, 300, 1e-1, "adam")];
  const path = pathOf(lr, schedule, [100, 200, 300, 400]);
  [0.5, 0.75, 0.75].forEach((at, i) => expect(path[i]).toBeCloseTo(at, 12));
  expect(path[3]).toBeNaN();
  expect([...pathOf(optimizer, schedule, [100, 200])]).toEqual([0.25, 0.75]);
});
