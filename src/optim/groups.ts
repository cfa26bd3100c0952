import { UsageError } from "../errors/index.ts";
import type { RuleResult, Tensor, Tensors, UpdateRule } from "../tensor/index.ts";
import { prefixed, unprefixed } from "./records.ts";

/**
 * Different rules for different parameters.
 * @param select the name of the rule of a parameter
 * @param rules by name
 * @throws UsageError when a parameter selects a rule that is not there
 * @example
 * const rule = byParameter((name) => (name.endsWith("second") ? "fast" : "slow"), {
 *   slow: sgd({ learningRate: "lr" }),
 *   fast: sgd({ learningRate: "lrSecond" }),
 * });
 */
export function byParameter(
  select: (name: string) => string,
  rules: Readonly<Record<string, UpdateRule>>,
): UpdateRule {
  const part = <T>(record: Readonly<Record<string, T>>, group: string): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => select(name) === group));
  return {
    name: `byParameter(${Object.entries(rules)
      .map(([group, rule]) => `${group}: ${rule.name}`)
      .join(", ")})`,
    init: (shapes) => {
      const problems = Object.keys(shapes)
        .filter((name) => !Object.hasOwn(rules, select(name)))
        .map((name) => `byParameter: parameter ${name} selects rule ${select(name)}, which is not given.`);
      if (problems.length > 0) throw new UsageError(problems);
      return Object.assign(
        {},
        ...Object.entries(rules).map(([group, rule]) => prefixed(group, rule.init(part(shapes, group)))),
      ) as ReturnType<UpdateRule["init"]>;
    },
    update: (gradients, state, context) => {
      const updates: Record<string, Tensor> = {};
      const next: Record<string, Tensor> = {};
      const parameters: Record<string, Tensor> = {};
      for (const [group, rule] of Object.entries(rules)) {
        const own: Tensors = part(context.parameters, group);
        const result: RuleResult = rule.update(part(gradients, group), unprefixed(group, state), {
          ...context,
          parameters: own,
        });
        Object.assign(updates, result.updates);
        Object.assign(next, prefixed(group, result.state));
        Object.assign(parameters, result.parameters ?? {});
      }
      return { updates, state: next, parameters };
    },
  };
}
