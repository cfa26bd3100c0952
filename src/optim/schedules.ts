import type { Coefficient } from "../tensor/index.ts";

/** A coefficient that follows the step; `from`, `to`, `peak` and rates may be hyperparameters of each member. */

export interface RampOptions {
  readonly from: Coefficient;
  readonly to: Coefficient;
  /** Steps until `to` is reached, > 0. */
  readonly steps: Coefficient;
}

/** from + (to − from)·min(step/steps, 1) */
export function linear({ from, to, steps }: RampOptions): Coefficient {
  return (context) => {
    const start = context.coefficient(from);
    const progress = context.step.div(context.coefficient(steps)).minimum(1);
    return start.add(context.coefficient(to).sub(start).mul(progress));
  };
}

/** to + (from − to)·(1 + cos π·min(step/steps, 1))/2 */
export function cosine({ from, to, steps }: RampOptions): Coefficient {
  return (context) => {
    const end = context.coefficient(to);
    const progress = context.step.div(context.coefficient(steps)).minimum(1);
    const share = progress.mul(Math.PI).cos().add(1).mul(0.5);
    return end.add(context.coefficient(from).sub(end).mul(share));
  };
}

/** from·exp(−step/steps) */
export function exponential({ from, steps }: Omit<RampOptions, "to">): Coefficient {
  return (context) => {
    const age = context.step.div(context.coefficient(steps));
    return context.coefficient(from).mul(age.neg().exp());
  };
}

/** A coefficient multiplied by min((step + 1)/steps, 1). */
export function warmup(coefficient: Coefficient, steps: Coefficient): Coefficient {
  return (context) => {
    const progress = context.step.add(1).div(context.coefficient(steps)).minimum(1);
    return context.coefficient(coefficient).mul(progress);
  };
}
