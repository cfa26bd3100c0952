export { type DistributionContractOptions, distributionContract } from "./distribution-contract.ts";
export {
  compare as compareWithReference,
  type ExecutorClause,
  type ExecutorContractOptions,
  executorContract,
  fillSlots,
} from "./executor-contract.ts";
export { type FitnessContractOptions, fitnessContract } from "./fitness-contract.ts";
export { everyLaw, type MutationContractOptions, mutationContract } from "./mutation-contract.ts";
export { type NormalDraws, normalDrawsContract } from "./normal-draws.ts";
export { randomProgram } from "./random-program.ts";
export { type SelectionContractOptions, selectionContract } from "./selection-contract.ts";
export { updateRuleContract, type UpdateRuleContractOptions } from "./update-rule-contract.ts";
