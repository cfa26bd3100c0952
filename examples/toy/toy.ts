// polytempo run examples/toy/toy.ts
import { gaussian, truncation } from "polytempo";
import { founders, space, trainer } from "./problem.ts";

export default {
  name: "toy",
  trainer,
  space,
  founders,
  metric: "Q:max",
  members: 2,
  seed: 0,
  // The worse of the two copies the better, ties by a coin; then each h moves by N(0, 0.2²), reflected at 0 and 1.
  slow: { interval: 4, selection: truncation({ fraction: 0.5 }), mutation: gaussian({ sigma: 0.2 }) },
  stop: { steps: 200 },
};
