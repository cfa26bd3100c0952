import type { Tensor, UpdateRule } from "../tensor/index.ts";
import { checkedOptions } from "./options.ts";
import { mapRecord } from "./records.ts";

export interface UnitNormOptions {
  /** The axis whose norm is kept at 1: 0 (default) keeps the weights into each unit on the sphere. */
  readonly axis?: number;
  /** Default all parameters. */
  readonly applies?: (name: string) => boolean;
}

/** Projects to the sphere after the step: w ← (w + U)/‖w + U‖ along an axis. Put it last. */
export function unitNorm(options: UnitNormOptions = {}): UpdateRule {
  const { axis = 0, applies = () => true } = options;
  checkedOptions<keyof UnitNormOptions>("unitNorm", options, { axis: "other", applies: "other" });
  return {
    name: "unitNorm",
    init: () => ({}),
    update: (updates, _, context) => {
      const project = (w: Tensor): Tensor => w.div(w.square().sum(axis).sqrt().expand(axis));
      const parameters = mapRecord(updates, (u, name) => {
        const moved = context.parameters[name]!.add(u);
        return applies(name) ? project(moved) : moved;
      });
      return {
        updates: mapRecord(parameters, (w, name) => w.sub(context.parameters[name]!)),
        state: {},
        parameters,
      };
    },
  };
}
