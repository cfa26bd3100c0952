import { manifest } from "../data/run.ts";
import { valuesOf } from "../data/generations.ts";
import { SeriesPanel } from "./SeriesPanel.tsx";

/** View 10. Is it diverse? Effective number of lineages, beside what neutral drift alone would leave. */
export function DiversityPanel() {
  const members = manifest.value?.members ?? 0;
  const said = manifest.value?.answers.diverse ?? "";
  return (
    <SeriesPanel
      id="diversity"
      question="Is it diverse?"
      answer={() => said}
      depends={said}
      yLabel="lineages"
      fromZero
      series={(data, meta) => {
        const generation = valuesOf(data, "generation");
        return [
          { label: "effective lineages", values: valuesOf(data, "lineages") },
          { label: "surviving founders", values: valuesOf(data, "founders") },
          ...(meta.neutralSize === null
            ? []
            : [
                {
                  label: "founders left by neutral drift",
                  // Coalescence at effective size Ne leaves about n founders with 1/n = 1/N + t/(2 Ne).
                  values: Float64Array.from(
                    generation,
                    (g) => 1 / (1 / Math.max(1, members) + (g + 1) / (2 * meta.neutralSize!)),
                  ),
                  reference: true,
                },
              ]),
        ];
      }}
    />
  );
}
