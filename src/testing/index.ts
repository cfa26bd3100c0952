export { type DistributionContractOptions, distributionContract } from "./distribution-contract.ts";
export { type FitnessContractOptions, fitnessContract } from "./fitness-contract.ts";
export { everyLaw, type MutationContractOptions, mutationContract } from "./mutation-contract.ts";
export { type SelectionContractOptions, selectionContract } from "./selection-contract.ts";
