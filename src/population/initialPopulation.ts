import { UsageError } from "../errors/index.ts";
import { type Key, stream } from "../random/index.ts";
import type { SearchSpace } from "../space/index.ts";
import type { Member, Population, Rules } from "./types.ts";

/**
 * Generation 0: every member is a founder. A hyperparameter with `init` starts there in every member, any other is
 * drawn from its law by the stream (key, "founder", member), so founder i does not depend on how many others exist.
 * @param members 1 … 2³²−1
 * @throws UsageError when `members` is not such an integer
 */
export function initialPopulation(
  space: SearchSpace<unknown>,
  members: number,
  key: Key,
  rules: Pick<Rules, "fitness">,
): Population {
  if (!Number.isInteger(members) || members < 1 || members > 4294967295) {
    throw new UsageError(`members: needs an integer of at least 1, got ${members}`);
  }
  const founder = (id: number): Member => ({
    id,
    founder: id,
    parent: id,
    hyperparameters: space.sample(stream(key, "founder", id)),
    step: 0,
    generation: 0,
    checkpoint: null,
    status: "active",
  });
  return {
    generation: 0,
    members: Array.from({ length: members }, (_, id) => founder(id)),
    memory: rules.fitness.initial,
  };
}
