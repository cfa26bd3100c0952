import type { Coefficient, Range } from "../tensor/index.ts";
import { anyNumber, checkedOptions, positive } from "./options.ts";

/** A coefficient that follows the step; `from`, `to`, `peak` and rates may be hyperparameters of each member. */

export interface RampOptions {
  readonly from: Coefficient;
  readonly to: Coefficient;
  /** Steps until `to` is reached, > 0. */
  readonly steps: Coefficient;
}

const checkedRamp = (name: string, options: RampOptions): Readonly<Record<keyof RampOptions, Range>> => {
  const { from, to, steps } = { ...options };
  return checkedOptions<keyof RampOptions>(name, options, {
    from: [from, anyNumber],
    to: [to, anyNumber],
    steps: [steps, positive],
  });
};

/** from + (to − from)·min(step/steps, 1) */
export function linear(options: RampOptions): Coefficient {
  const ranges = checkedRamp("linear", options);
  const { from, to, steps } = options;
  // What lies between two numbers of a range is in it.
  return (context, range) => {
    const start = context.coefficient(from, range);
    const progress = context.step.div(context.coefficient(steps, ranges.steps)).minimum(1);
    return start.add(context.coefficient(to, range).sub(start).mul(progress));
  };
}

/** to + (from − to)·(1 + cos π·min(step/steps, 1))/2 */
export function cosine(options: RampOptions): Coefficient {
  const ranges = checkedRamp("cosine", options);
  const { from, to, steps } = options;
  return (context, range) => {
    const end = context.coefficient(to, range);
    const progress = context.step.div(context.coefficient(steps, ranges.steps)).minimum(1);
    const share = progress.mul(Math.PI).cos().add(1).mul(0.5);
    return end.add(context.coefficient(from, range).sub(end).mul(share));
  };
}

/** from·exp(−step/steps) */
export function exponential(options: Omit<RampOptions, "to">): Coefficient {
  const { from, steps } = { ...options };
  const ranges = checkedOptions("exponential", options, {
    from: [from, anyNumber],
    steps: [steps, positive],
  });
  return (context, range) => {
    const age = context.step.div(context.coefficient(steps, ranges.steps));
    return context.coefficient(from, range).mul(age.neg().exp());
  };
}

/** A coefficient multiplied by min((step + 1)/steps, 1). */
export function warmup(coefficient: Coefficient, steps: Coefficient): Coefficient {
  const ranges = checkedOptions(
    "warmup",
    { coefficient, steps },
    {
      coefficient: [coefficient, anyNumber],
      steps: [steps, positive],
    },
  );
  return (context, range) => {
    const progress = context.step.add(1).div(context.coefficient(steps, ranges.steps)).minimum(1);
    return context.coefficient(coefficient, range).mul(progress);
  };
}
