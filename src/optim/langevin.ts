import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkChoice, checkedOptions, nonNegative, positive } from "./options.ts";
import { mapRecord } from "./records.ts";

export interface LangevinOptions {
  /** x: the fast time of one step, > 0. Stable while x·(largest curvature) < 2. */
  readonly stepSize: Coefficient;
  /** T ≥ 0 in the invariant law exp(−L/T). */
  readonly temperature: Coefficient;
  /**
   * `euler` (Euler–Maruyama, order 1 in the invariant law; variance (T/k)/(1 − kx/2) on kθ²/2) or `leimkuhlerMatthews`
   * (order 2, and exact on quadratics). Default `leimkuhlerMatthews`.
   */
  readonly scheme?: "euler" | "leimkuhlerMatthews";
}

/**
 * Overdamped Langevin dynamics: θ ← θ − x∇L + √(2Tx) ξₙ, or with (ξₙ + ξₙ₊₁)/2 in place of ξₙ. The draws come from the
 * member's own stream, so the next step's noise of a copied member is its own.
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function langevin(options: LangevinOptions): UpdateRule {
  const { stepSize, temperature, scheme = "leimkuhlerMatthews" } = { ...options };
  const ranges = checkedOptions<keyof LangevinOptions>("langevin", options, {
    stepSize: [stepSize, positive],
    temperature: [temperature, nonNegative],
    scheme: "other",
  });
  checkChoice("langevin.scheme", scheme, ["euler", "leimkuhlerMatthews"]);
  return {
    name: `langevin(${scheme})`,
    init: () => ({}),
    update: (gradients, _, context) => {
      const x = context.coefficient(stepSize, ranges.stepSize);
      const amplitude = context.coefficient(temperature, ranges.temperature).mul(x).mul(2).sqrt();
      const updates = mapRecord(gradients, (g, name) => {
        const draw = (offset: number): typeof g => context.trace.normal(`langevin/${name}`, g.shape, offset);
        const noise =
          scheme === "euler" ? draw(0).mul(amplitude) : draw(0).add(draw(1)).mul(amplitude.mul(0.5));
        return noise.sub(g.mul(x));
      });
      return { updates, state: {} };
    },
  };
}
