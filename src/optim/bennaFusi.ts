import { UsageError } from "../errors/index.ts";
import type { Coefficient, StateSpec, Tensor, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, nonNegative, positive } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { sgd } from "./sgd.ts";
import { copiesOf } from "./stateSpecs.ts";

export interface BennaFusiOptions {
  /** Cₖ > 0, one per variable; default 2ᵏ⁻¹ for 8 variables. */
  readonly capacities?: readonly Coefficient[];
  /** gₖ ≥ 0 between variable k and k + 1, one fewer than capacities; default 2⁻⁽ᵏ⁺²⁾. */
  readonly conductances?: readonly Coefficient[];
  /** gₙ ≥ 0 from the last variable to zero; default 0: Σ Cₖuₖ is then conserved between updates. */
  readonly leak?: Coefficient;
  /** Computes the update U from the gradient at w = u₁. Default: gradient descent with learning rate 1. */
  readonly base?: UpdateRule;
}

/** Cₖ = 2ᵏ⁻¹, k = 1 … n. */
export const defaultCapacities = (n = 8): number[] => Array.from({ length: n }, (_, k) => 2 ** k);
/** gₖ = 2⁻⁽ᵏ⁺²⁾, k = 1 … n − 1. */
export const defaultConductances = (n = 8): number[] =>
  Array.from({ length: n - 1 }, (_, k) => 2 ** -(k + 3));

/**
 * A weight as the first of a chain of communicating variables: u ← T u, then u₁ ← u₁ + U/C₁, with
 * T₍ₖ,ₖ₋₁₎ = gₖ₋₁/Cₖ, T₍ₖ,ₖ₊₁₎ = gₖ/Cₖ, T₍ₖₖ₎ = 1 − (gₖ₋₁ + gₖ)/Cₖ, g₀ = 0, w = u₁. All variables begin at the
 * initial weight, the mode that does not decay.
 * @throws UsageError when the lists disagree
 * @see Benna and Fusi's model in Jones, multiscale learning, equations (2) and (3)
 */
export function bennaFusi(options: BennaFusiOptions = {}): UpdateRule {
  const capacities = options.capacities ?? defaultCapacities();
  const n = capacities.length;
  const conductances = options.conductances ?? defaultConductances(n);
  const ranges = checkedOptions<keyof BennaFusiOptions>("bennaFusi", options, {
    capacities: [capacities, positive],
    conductances: [conductances, nonNegative],
    leak: [options.leak ?? 0, nonNegative],
    base: "other",
  });
  const base = options.base ?? sgd({ learningRate: 1 });
  if (n < 1 || conductances.length !== n - 1) {
    throw new UsageError(
      `bennaFusi: needs one conductance fewer than capacities, got ${conductances.length} and ${n}.`,
    );
  }
  const variable = (k: number): string => `variable${k + 1}`;
  return {
    name: `bennaFusi(${base.name})`,
    init: (shapes) => ({
      ...(Object.assign(
        {},
        ...Array.from({ length: n }, (_, k) => copiesOf(variable(k), shapes, 1)),
      ) as Record<string, StateSpec>),
      ...prefixed("base", base.init(shapes)),
    }),
    update: (gradients, state, context) => {
      const inner = base.update(gradients, unprefixed("base", state), context);
      const g = conductances.map((value) => context.coefficient(value, ranges.conductances));
      const leak = options.leak === undefined ? undefined : context.coefficient(options.leak, ranges.leak);
      const u = capacities.map((_, k) => unprefixed(variable(k), state));
      const next = capacities.map((value, k) => {
        const inverse = context.coefficient(value, ranges.capacities).reciprocal();
        return mapRecord(inner.updates, (update, name) => {
          const own = u[k]![name]!;
          const flows: Tensor[] = [];
          if (k > 0) flows.push(u[k - 1]![name]!.sub(own).mul(g[k - 1]!));
          if (k < n - 1) flows.push(u[k + 1]![name]!.sub(own).mul(g[k]!));
          if (k === n - 1 && leak !== undefined) flows.push(own.mul(leak).neg());
          if (k === 0) flows.push(update);
          const [first, ...rest] = flows;
          return first === undefined
            ? own
            : own.add(rest.reduce((sum, flow) => sum.add(flow), first).mul(inverse));
        });
      });
      return {
        updates: mapRecord(next[0]!, (w, name) => w.sub(context.parameters[name]!)),
        state: {
          ...(Object.assign({}, ...next.map((values, k) => prefixed(variable(k), values))) as Record<
            string,
            Tensor
          >),
          ...prefixed("base", inner.state),
        },
        parameters: next[0]!,
      };
    },
  };
}
