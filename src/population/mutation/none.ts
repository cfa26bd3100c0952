import type { Mutation } from "../types.ts";

/** No mutation: a copy takes its parent's hyperparameters as they are (the `frozen` control). */
export function noMutation(): Mutation {
  return { spec: { kind: "none" }, mutate: ({ parent }) => ({ hyperparameters: parent }) };
}
