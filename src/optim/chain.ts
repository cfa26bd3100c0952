import { came, refuse } from "../errors/index.ts";
import type { RuleResult, Tensors, UpdateRule } from "../tensor/index.ts";
import { prefixed, unprefixed } from "./records.ts";

/**
 * Rules one after the other: the first gets the gradient, each next one the updates of the one before.
 * @throws UsageError for what is no rule
 * @example
 * const rule = chain(clipByNorm({ norm: 1 }), weightDecay({ rate: "l2" }), adam({ learningRate: "lr" }));
 */
export function chain(...rules: readonly UpdateRule[]): UpdateRule {
  refuse(
    (rules as readonly unknown[]).flatMap((rule, i) =>
      typeof rule === "object" && rule !== null && "update" in rule
        ? []
        : [`chain[${i}]: needs an update rule, such as clipByNorm({ norm: 1 }), got ${came(rule)}.`],
    ),
  );
  return {
    name: `chain(${rules.map((rule) => rule.name).join(", ")})`,
    init: (shapes) =>
      Object.assign({}, ...rules.map((rule, i) => prefixed(String(i), rule.init(shapes)))) as ReturnType<
        UpdateRule["init"]
      >,
    update: (gradients, state, context) => {
      let result: RuleResult = { updates: gradients, state: {} };
      const next: Record<string, Tensors[string]> = {};
      rules.forEach((rule, i) => {
        result = rule.update(result.updates, unprefixed(String(i), state), context);
        Object.assign(next, prefixed(String(i), result.state));
      });
      return { ...result, state: next };
    },
  };
}
