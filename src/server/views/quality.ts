import { plainNumber } from "../../figures/index.ts";
import { withoutNoise } from "../data/generationTable.ts";
import type { Diagnostics } from "../../population/index.ts";
import { depends } from "../analysis/verdict.ts";
import type { ControlFacts, QualityFacts, Slice } from "../types.ts";

import { advised } from "./advice.ts";

const short = (value: number): string => plainNumber(Number(value.toPrecision(2)));
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const unknown = "unknown";
/** Correlation of fluctuation with offspring from which luck is said to be bought; the log's alarm begins there too. */
const seeking = 0.15;

type Measured = Pick<Slice, "p" | "notIdentifiable">;

/**
 * Does selection choose quality or noise? What the newest slow step measured, unknown where it does not know, and what
 * follows from it. Shares of variance that hyperparameters explain are told only when an effect stands out over lineages.
 */
export function qualityOf(
  diagnostics: Diagnostics | null,
  slices: readonly Measured[],
  control: ControlFacts | null = null,
): QualityFacts {
  const chooses = control?.panel == null;
  const temporal = diagnostics?.temporal;
  const { reliability = null, noiseSeeking = null, explained = null, heritability = null } = temporal ?? {};
  const differential = diagnostics?.selectionDifferential?.standardised ?? null;
  const sure = slices.some(depends);
  const rows: QualityFacts["rows"] = [
    {
      name: "reliability",
      value: reliability === null ? unknown : percent(reliability),
      means: "share of the differences of one evaluation that is no fresh noise",
    },
    {
      name: "explained by hyperparameters",
      value: explained === null || !sure ? unknown : percent(explained),
      means:
        explained !== null && !sure
          ? "a fit to recent evaluations found something, but no effect stands out once lineages are counted, not copies"
          : "share of the differences that hyperparameters explain, where that is clear",
    },
    {
      name: "noise seeking",
      value: !chooses ? "no selection" : noiseSeeking === null ? unknown : short(noiseSeeking),
      means: `correlation of fluctuation with offspring at equal mean: about 0 is sound, above ${seeking} luck is bought`,
    },
    {
      name: "heritability",
      value: heritability === null ? unknown : short(heritability),
      means: "regression of child on parent, parameters included: above 0.5 the ranking is stable",
    },
    {
      name: "selection differential",
      value: !chooses
        ? "no selection"
        : differential === null
          ? unknown
          : `${short(withoutNoise(differential))} sd`,
      means: "how far the parents' mean score lies above that of all",
    },
  ];
  return {
    answer: answerOf(reliability, chooses ? noiseSeeking : null, sure),
    rows,
    note: diagnostics?.note?.replace(/\b1 generations say/, "1 generation says") ?? null,
    alarms: (temporal?.alarms ?? []).map(advised),
  };
}

function answerOf(reliability: number | null, noiseSeeking: number | null, sure: boolean): string {
  const effect = sure
    ? "fitness depends on hyperparameters"
    : "no effect of a hyperparameter stands out of the noise";
  if (noiseSeeking !== null && noiseSeeking > seeking) {
    return `Noise: members that fluctuate more have more offspring at equal mean (correlation ${short(noiseSeeking)}); ${effect}.`;
  }
  if (reliability === null) return `Unknown how much of an evaluation is noise; ${effect}.`;
  if (reliability < 0.3) {
    return `Mostly noise: ${percent(reliability)} of the differences between evaluations last; ${effect}.`;
  }
  return `${reliability < 0.7 ? "Both" : "Quality"}: ${percent(reliability)} of the differences between evaluations last; ${effect}${sure ? "" : ", so what lasts is the parameters' own"}.`;
}
