import type { RunManifest } from "../../server/index.ts";

/** Why no generation has the terms of Price's equation for a hyperparameter. */
export function withoutTerms(
  name: string,
  run: {
    readonly mode: RunManifest["mode"];
    readonly hyperparameters: readonly Pick<RunManifest["hyperparameters"][number], "name" | "topology">[];
  } | null,
): string {
  const topology = run?.hyperparameters.find((entry) => entry.name === name)?.topology;
  if (topology === "unordered")
    return `${name}: its values have no order, so they have no mean that could change.`;
  if (topology === "fixed") return `${name} is fixed, so its mean never changes.`;
  return run?.mode === "asynchronous"
    ? "Members of an asynchronous run are chosen one by one: a generation is many slow steps, and Price's equation is of one."
    : `${name}: no slow step has been recorded with the terms of Price's equation.`;
}
