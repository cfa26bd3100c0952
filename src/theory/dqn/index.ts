export {
  type Agents,
  type AdvanceOptions,
  advanceAgents,
  agents,
  clearAgent,
  type Crowd,
  type DqnHyperparameters,
  exploration,
  loadAgent,
  matchTarget,
  meanReturn,
  mostWindow,
  renewTargets,
  saveAgent,
} from "./agents.ts";
export { beginEpisode, type Carts, carts, push } from "./cartpole.ts";
export {
  clippedGaussian,
  dqnExperiment,
  type DqnOptions,
  dqnSpace,
  type DqnUpdate,
} from "./experiment.ts";
export { type DqnPrograms, dqnPrograms, mostBatch, transitionSize } from "./programs.ts";
