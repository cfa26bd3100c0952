import { blend } from "./recipes/blend.ts";
import { cartpole } from "./recipes/cartpole.ts";
import { chaos } from "./recipes/chaos.ts";
import { convergence } from "./recipes/convergence.ts";
import { densities } from "./recipes/densities.ts";
import { doubleWellFitness } from "./recipes/doubleWellFitness.ts";
import { epsOrder } from "./recipes/epsOrder.ts";
import { fastWeights } from "./recipes/fastWeights.ts";
import { flattest } from "./recipes/flattest.ts";
import { hierarchy } from "./recipes/hierarchy.ts";
import { himmelblauFigure } from "./recipes/himmelblau.ts";
import { learningTimes } from "./recipes/learningTimes.ts";
import { noiseSeeking } from "./recipes/noiseSeeking.ts";
import { plateauEscapeFigure } from "./recipes/plateauEscape.ts";
import { plateausFigure } from "./recipes/plateaus.ts";
import { reducedMoments } from "./recipes/reducedMoments.ts";
import { regret } from "./recipes/regret.ts";
import { ridgeFigure } from "./recipes/ridge.ts";
import { staleness } from "./recipes/staleness.ts";
import { synapse } from "./recipes/synapse.ts";
import { toy } from "./recipes/toy.ts";
import { twoClocks } from "./recipes/twoClocks.ts";
import type { AnyRecipe } from "./types.ts";

export { pixelAt, placeAt, type PlacedHandle, placedHandles, shareOf, valueAt } from "./handles.ts";
export { type Chapter, labPage } from "./page.ts";
export {
  defineRecipe,
  logSlope,
  passes,
  prosePieces,
  proseText,
  tally,
  type Verdict,
  verdictOf,
  wanted,
} from "./recipe.ts";
export type { AnyRecipe, Check, Parameter, Recipe, RecipeOutcome, Run, Table } from "./types.ts";

/** Every figure of the theory, in the order of the index; the introduction first. */
export const recipes: readonly AnyRecipe[] = [
  twoClocks,
  chaos,
  densities,
  epsOrder,
  reducedMoments,
  flattest,
  doubleWellFitness,
  regret,
  noiseSeeking,
  blend,
  ridgeFigure,
  toy,
  fastWeights,
  synapse,
  staleness,
  plateausFigure,
  learningTimes,
  hierarchy,
  cartpole,
  himmelblauFigure,
  convergence,
  plateauEscapeFigure,
];
