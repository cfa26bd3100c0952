import { blend } from "./recipes/blend.ts";
import { chaos } from "./recipes/chaos.ts";
import { convergence } from "./recipes/convergence.ts";
import { densities } from "./recipes/densities.ts";
import { doubleWellFitness } from "./recipes/doubleWellFitness.ts";
import { epsOrder } from "./recipes/epsOrder.ts";
import { fastWeights } from "./recipes/fastWeights.ts";
import { noiseSeeking } from "./recipes/noiseSeeking.ts";
import { reducedMoments } from "./recipes/reducedMoments.ts";
import { regret } from "./recipes/regret.ts";
import { staleness } from "./recipes/staleness.ts";
import type { AnyRecipe } from "./types.ts";

export { defineRecipe, logSlope, passes } from "./recipe.ts";
export type { AnyRecipe, Check, Parameter, Recipe, RecipeOutcome, Run, Table } from "./types.ts";

/** Every figure of the theory, in the order of the index. */
export const recipes: readonly AnyRecipe[] = [
  chaos,
  densities,
  epsOrder,
  reducedMoments,
  doubleWellFitness,
  regret,
  noiseSeeking,
  blend,
  fastWeights,
  staleness,
  convergence,
];
