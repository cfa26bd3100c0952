import { UsageError } from "../errors/index.ts";
import type {
  Coefficient,
  Range,
  RuleContext,
  RuleResult,
  StateSpec,
  Tensor,
  Tensors,
  UpdateRule,
} from "../tensor/index.ts";
import { anyNumber, checkedOptions, share as shareOf } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { copiesOf, zerosLike } from "./stateSpecs.ts";

export interface MultiscaleOptions {
  /** αᵢ: learning rates of the subweights, or with `base` their shares of its update (divided by their sum). */
  readonly alphas: readonly Coefficient[];
  /** γᵢ in [0, 1]: what a step leaves of a subweight; its time scale is τᵢ = −1/ln γᵢ steps. */
  readonly gammas: readonly Coefficient[];
  /** Computes the update U from the gradient at w; its state is per weight, not per subweight. Default: −gradient. */
  readonly base?: UpdateRule;
  /**
   * The share of the initial weight that each subweight begins with, sum 1. Default: all of it in the first subweight
   * whose γ is the number 1; without one, in a part of its own that does not decay.
   */
  readonly starts?: readonly number[];
  /** λ per step: the non-decaying part loses λ of itself, the only place where weight decay belongs. Default none. */
  readonly weightDecay?: Coefficient;
}

/**
 * The multiscale learner: w = Σ ωᵢ, ωᵢ ← γᵢωᵢ − αᵢg; with a base rule ωᵢ ← γᵢωᵢ + (αᵢ/Σα) U. One subweight with γ = 1
 * is the base rule itself, bit for bit. Keeps one value per weight and subweight.
 * @throws UsageError when the lists disagree or shares do not sum to 1
 * @see Jones, multiscale learning, equation (1)
 */
export function multiscale(options: MultiscaleOptions): UpdateRule {
  const { alphas, gammas, base, weightDecay } = { ...options };
  const ranges = checkedOptions<keyof MultiscaleOptions>("multiscale", options, {
    alphas: [alphas, anyNumber],
    gammas: [gammas, shareOf],
    base: "other",
    starts: "other",
    weightDecay: weightDecay === undefined ? "other" : [weightDecay, shareOf],
  });
  const starts = options.starts ?? defaultStarts(gammas);
  const anchored = options.starts !== undefined || starts.includes(1);
  check(options, starts, anchored);
  const part = (i: number): string => `subweight${i}`;
  const decaying = starts.indexOf(Math.max(...starts));
  return {
    name: `multiscale(${base?.name ?? "sgd"})`,
    init: (shapes) => ({
      ...(Object.assign(
        {},
        ...starts.map((share, i) =>
          share === 0 ? zerosLike(part(i), shapes) : copiesOf(part(i), shapes, share),
        ),
      ) as Record<string, StateSpec>),
      ...(anchored ? {} : copiesOf("anchor", shapes, 1)),
      ...(base === undefined ? {} : prefixed("base", base.init(shapes))),
    }),
    update: (gradients, state, context) => {
      const inner = base?.update(gradients, unprefixed("base", state), context);
      const updates = inner?.updates ?? mapRecord(gradients, (g) => g.neg());
      const rates = shares(alphas, context, base !== undefined, ranges.alphas);
      const keep =
        weightDecay === undefined
          ? undefined
          : context.coefficient(weightDecay, ranges.weightDecay).neg().add(1);
      const next: Record<string, Tensor> = {};
      const totals: Record<string, Tensor> = {};
      const put = (prefix: string, parts: Tensors): void => {
        Object.assign(next, prefixed(prefix, parts));
        for (const [name, value] of Object.entries(parts)) totals[name] = totals[name]?.add(value) ?? value;
      };
      gammas.forEach((gamma, i) => {
        const held = unprefixed(part(i), state);
        const factor = context.coefficient(gamma, ranges.gammas);
        const kept = keep !== undefined && anchored && i === decaying ? factor.mul(keep) : factor;
        put(
          part(i),
          mapRecord(updates, (u, name) => held[name]!.mul(kept).add(u.mul(rates[i]!))),
        );
      });
      if (!anchored) {
        const held = unprefixed("anchor", state);
        put(
          "anchor",
          mapRecord(updates, (_, name) => (keep === undefined ? held[name]! : held[name]!.mul(keep))),
        );
      }
      const result: RuleResult = {
        updates: mapRecord(totals, (w, name) => w.sub(context.parameters[name]!)),
        state: { ...next, ...(inner === undefined ? {} : prefixed("base", inner.state)) },
        parameters: totals,
      };
      return result;
    },
  };
}

/** αᵢ as tensors; divided by their sum when they are shares of a base update. */
function shares(
  alphas: readonly Coefficient[],
  context: RuleContext,
  divided: boolean,
  range: Range,
): Tensor[] {
  const values = alphas.map((alpha) => context.coefficient(alpha, range));
  if (!divided) return values;
  const total = values.reduce((sum, value) => sum.add(value));
  return values.map((value) => value.div(total));
}

function defaultStarts(gammas: readonly Coefficient[]): number[] {
  const permanent = gammas.indexOf(1);
  return gammas.map((_, i) => (i === permanent ? 1 : 0));
}

/** Rounding of a sum of a few shares. */
const SHARE_ROUNDING = 1e-9;

function check({ alphas, gammas }: MultiscaleOptions, starts: readonly number[], anchored: boolean): void {
  if (alphas.length === 0 || alphas.length !== gammas.length || starts.length !== gammas.length) {
    throw new UsageError(
      `multiscale: needs as many alphas as gammas (and starts), at least one, ` +
        `got ${alphas.length}, ${gammas.length} and ${starts.length}.`,
    );
  }
  const sum = starts.reduce((total, share) => total + share, 0);
  if (anchored && Math.abs(sum - 1) > SHARE_ROUNDING) {
    throw new UsageError(`multiscale: starts need to sum to 1, got ${sum}.`);
  }
}
