import { column, type Columns } from "../../figures/index.ts";
import { neutralSizeOf } from "../data/facts.ts";
import { temporalNames } from "../data/generationTable.ts";
import type { OpenRun } from "../openRun.ts";
import type { GenerationsMeta } from "../types.ts";

/** Closed generations from position `from` on, one row each. */
export function generationsView(run: OpenRun, from: number): Columns<GenerationsMeta> {
  const { facts, fold, operations } = run;
  const table = fold.generations!;
  const traits = facts.space.names;
  const rows = Math.max(0, table.count - from);
  const wide = (values: { slice(from: number): Float64Array | Float32Array }, width: number) => ({
    shape: [rows, width],
    values: values.slice(Math.min(from, table.count) * width),
  });
  const narrow = (
    name:
      | "best"
      | "bestSoFar"
      | "bestSoFarStep"
      | "lineages"
      | "effectiveSize"
      | "ancestorAge"
      | "differential"
      | "step",
  ) => column(table[name].slice(Math.min(from, table.count)));
  const whole = (
    name:
      | "generation"
      | "copies"
      | "failed"
      | "alive"
      | "founders"
      | "interventions"
      | "bestMember"
      | "bestSoFarMember",
  ) => column(table[name].slice(Math.min(from, table.count)));
  const times = operations.generationMs;
  const timeMs = Float64Array.from({ length: rows }, (_, i) =>
    from + i < times.length ? times.at(from + i) : Number.NaN,
  );
  return {
    meta: { seq: fold.nextSeq, traits, neutralSize: neutralSizeOf(facts) },
    arrays: {
      generation: whole("generation"),
      timeMs: column(timeMs),
      step: narrow("step"),
      quantiles: wide(table.quantiles, 7),
      best: narrow("best"),
      bestMember: whole("bestMember"),
      bestSoFar: narrow("bestSoFar"),
      bestSoFarStep: narrow("bestSoFarStep"),
      bestSoFarMember: whole("bestSoFarMember"),
      copies: whole("copies"),
      failed: whole("failed"),
      alive: whole("alive"),
      founders: whole("founders"),
      lineages: narrow("lineages"),
      effectiveSize: narrow("effectiveSize"),
      ancestorAge: narrow("ancestorAge"),
      differential: narrow("differential"),
      interventions: whole("interventions"),
      ...Object.fromEntries(
        temporalNames.map((name) => [name, column(table.temporal[name].slice(Math.min(from, table.count)))]),
      ),
      change: wide(table.change, traits.length),
      selection: wide(table.selection, traits.length),
      transmission: wide(table.transmission, traits.length),
      diversity: wide(table.diversity, traits.length),
      mean: wide(table.mean, traits.length),
      atBound: wide(table.atBound, traits.length),
    },
  };
}
