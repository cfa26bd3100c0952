import { plainNumber } from "../../figures/index.ts";
import type { Distribution } from "../../space/index.ts";
import type { Slice } from "../types.ts";
import { level } from "./dependence.ts";

/** What a verdict reads of a slice. */
export type Judged = Pick<Slice, "name" | "scale" | "at" | "estimate" | "notIdentifiable" | "p">;

const short = (value: number): string => plainNumber(Number(value.toPrecision(3)));
const chance = (p: number): string => (p <= 0.01 ? "p ≤ 0.01" : `p = ${p.toFixed(2)}`);

/** Whether fitness is said to depend on it: the one rule for every page, the report and the overview. */
export const depends = ({ p, notIdentifiable }: Pick<Judged, "p" | "notIdentifiable">): boolean =>
  notIdentifiable === null && p !== null && p <= level;

/** The value at the top of a slice, and whether that is where the observed range ends. */
export function bestOf({ at, estimate, scale }: Judged, law: Distribution): string {
  let top = -1;
  for (const [i, value] of estimate.entries()) {
    if (value !== null && (top < 0 || value > estimate[top]!)) top = i;
  }
  if (top < 0) return "best unknown";
  const value = law.decode(at[top]!);
  const shown = typeof value === "number" ? short(value) : String(value);
  if (scale === "category") return `best: ${shown}`;
  return top === 0 || top === at.length - 1
    ? `best at the ${top === 0 ? "lower" : "upper"} end of what was tried lately, ${shown}`
    : `best near ${shown}`;
}

/** @param tested how many hyperparameters p is corrected for */
export function sliceText(slice: Judged, law: Distribution, tested: number): string {
  if (slice.notIdentifiable !== null) return slice.notIdentifiable;
  if (slice.p === null) return "Too few founders or evaluations to tell an effect from luck.";
  const of = tested === 1 ? "" : `, corrected for ${tested} hyperparameters`;
  return depends(slice)
    ? `Fitness depends on ${slice.name} (${chance(slice.p)}${of}), ${bestOf(slice, law)}.`
    : `No effect of ${slice.name} stands out of the noise (${chance(slice.p)}${of}).`;
}

/**
 * Is selection real? One sentence over all hyperparameters.
 * @param chooses whether the run selects at all: a control may not
 */
export function selectionText(
  slices: readonly Judged[],
  lawOf: (name: string) => Distribution,
  chooses = true,
): string {
  const shown = slices.filter(({ notIdentifiable, p }) => notIdentifiable === null && p !== null);
  if (shown.length === 0)
    return "Not identifiable yet: too few founders or evaluations, or too little spread.";
  const sure = shown.filter(depends).toSorted((a, b) => a.p! - b.p! || span(b) - span(a));
  if (sure.length === 0) {
    const all = shown.length === 1 ? shown[0]!.name : `any of ${shown.length} hyperparameters`;
    return `No effect of ${all} stands out of the noise (least ${chance(Math.min(...shown.map(({ p }) => p!)))})${chooses ? ": as far as the data tell, selection sees luck" : ""}.`;
  }
  const named = sure.slice(0, 3).map((slice) => `${slice.name} (${bestOf(slice, lawOf(slice.name))})`);
  const more = sure.length - named.length;
  return `Fitness depends on ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}: ${chance(sure.at(-1)!.p!)}${shown.length === 1 ? "" : `, corrected for ${shown.length} hyperparameters`}.`;
}

function span({ estimate }: Judged): number {
  const known = estimate.filter((value) => value !== null);
  return Math.max(...known) - Math.min(...known);
}
