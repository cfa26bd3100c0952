export { type Event, diagnose } from "./diagnose.ts";
export { diversity, effectiveKinds, lineages } from "./diversity.ts";
export { effectiveSize, neutralEffectiveSize } from "./effectiveSize.ts";
export { type Offspring, offspring } from "./offspring.ts";
export { price } from "./price.ts";
export { selectionDifferential } from "./selectionDifferential.ts";
export { closeRecord, observeRecord } from "./record.ts";
