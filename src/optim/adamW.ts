import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { type AdamOptions, adaptive } from "./adam.ts";

export interface AdamWOptions extends AdamOptions {
  /** λ ≥ 0 */
  readonly weightDecay: Coefficient;
}

/**
 * Adam with decoupled weight decay: w ← w − η(m̂/(√v̂ + ε) + λw).
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function adamW(options: AdamWOptions): UpdateRule {
  return adaptive("adamW", options);
}
