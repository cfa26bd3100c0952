import { join } from "node:path";
import { StoreError, UsageError } from "../../errors/index.ts";
import type { LoadedCheckpoint } from "../../engine/index.ts";
import { type Elements, kindOf, writeSafetensors } from "./safetensors.ts";
import { type State, stateReader, WORLD } from "./states.ts";

type Saved = Pick<LoadedCheckpoint, "directory" | "row">;

/**
 * The weighted mean of states, Σ weights[i]·states[i] element by element, as sessions' `mergeMembers` computes it;
 * integers and what the host keeps are those of the first state.
 * @throws UsageError when weights and states do not match; StoreError `mismatch` when states are of different models
 */
export function averageStates(
  states: readonly State[],
  weights: readonly number[] = states.map(() => 1 / states.length),
): State {
  const first = states[0];
  if (first === undefined || weights.length !== states.length || !weights.every(Number.isFinite)) {
    throw new UsageError(
      `merge: needs as many finite weights as states, at least one, got ${weights.length} for ${states.length}.`,
    );
  }
  const merged = new Map<string, Elements>();
  for (const [name, values] of first) {
    const others = states.map((state) => state.get(name));
    if (others.some((other) => other?.length !== values.length)) {
      throw new StoreError("mismatch", `merge: ${name} is not the same array in all states`);
    }
    if (values instanceof Int32Array || name.startsWith(WORLD)) {
      merged.set(name, values.slice());
      continue;
    }
    const mean = values.slice();
    for (let i = 0; i < mean.length; i++) {
      mean[i] = others.reduce((sum, other, k) => sum + weights[k]! * other![i]!, 0);
    }
    merged.set(name, mean);
  }
  return merged;
}

/** Merges saved states into a new one. */
export async function mergeStates(
  saved: readonly Saved[],
  directory: string,
  weights?: readonly number[],
): Promise<Saved> {
  const reader = stateReader();
  try {
    const states: State[] = [];
    for (const { directory: from, row } of saved) states.push(await reader.read(from, row ?? 0));
    const merged = averageStates(states, weights);
    await writeSafetensors(
      join(directory, "population.safetensors"),
      [...merged].map(([name, values]) => ({
        name,
        kind: kindOf(values),
        shape: [1, values.length],
        pieces: () => [values],
      })),
      { format: "polytempo population" },
    );
    return { directory, row: 0 };
  } finally {
    await reader.close();
  }
}
