import type { Hyperparameters } from "../../space/index.ts";
import type { Mutation } from "../types.ts";

/**
 * A copy takes the donor's parameters but keeps its own hyperparameters ("exploit only"). Together with a rule that
 * moves them: `compose([keepOwn(), gaussian()])`.
 */
export function keepOwn(): Mutation {
  return {
    spec: { kind: "keepOwn" },
    mutate({ member, parent, population }): { readonly hyperparameters: Hyperparameters } {
      const there = population.members[member];
      const own = there?.id === member ? there : population.members.find(({ id }) => id === member);
      return { hyperparameters: own?.hyperparameters ?? parent };
    },
  };
}
