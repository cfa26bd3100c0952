import { useMemo } from "preact/hooks";
import { plateauRule, plateausOf } from "../state/plateau.ts";
import { type GenerationColumns, valuesOf } from "./generations.ts";
import { manifest } from "./run.ts";

/** Plateaus of the best so far by the view's rule, as pairs of generations: bands on every axis of time. */
export function usePlateaus(data: GenerationColumns | null): readonly (readonly [number, number])[] {
  const mode = manifest.value?.metric.mode;
  const rule = plateauRule();
  return useMemo(() => {
    const generation = valuesOf(data, "generation");
    return plateausOf(valuesOf(data, "bestSoFar"), mode === "max" ? 1 : -1, rule).map(
      ([from, until]) => [generation[from]!, generation[until]!] as const,
    );
  }, [data, mode, Object.values(rule).join()]);
}
