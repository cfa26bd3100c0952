import type { SearchSpace } from "../../space/index.ts";
import type { Decision, MemberId, Population } from "../types.ts";
import { type QuadraticFit, quadraticFit } from "./balance.ts";

/**
 * Lines: unbroken lineages whose hyperparameters have not moved. A founder's line is its id; one that began with a mutation
 * has a negative number.
 */
export interface Lines {
  /** Of members whose line is not their id. */
  readonly of: { readonly [member: string]: number };
  /** Lines that mutations began. */
  readonly begun: number;
}

export const noLines: Lines = { of: {}, begun: 0 };

export const lineOf = ({ of }: Lines, member: MemberId): number => of[`${member}`] ?? member;

/** Lines after the copies of a slow step: a copy that moved begins one, a copy that did not goes on with its donor's. */
export function extendLines(
  lines: Lines,
  { members }: Population,
  decisions: readonly Decision[],
  space: SearchSpace<unknown>,
): Lines {
  const of: Record<string, number> = { ...lines.of };
  const rowOf = new Map(members.map(({ id, hyperparameters }) => [id, hyperparameters]));
  let { begun } = lines;
  for (const { member, donor, hyperparameters } of decisions) {
    const parent = donor === null ? undefined : rowOf.get(donor);
    if (donor === null || parent === undefined) continue;
    const moved = space.names.some((name) => parent[name] !== hyperparameters[name]);
    of[`${member}`] = moved ? -++begun : lineOf(lines, donor);
  }
  return { of, begun };
}

/** What the fit over lines says. */
export interface LineFit {
  readonly fit: QuadraticFit;
  /**
   * Share of the variance of single evaluations that hyperparameters explain: that of the means of lines, times the part of
   * the evaluations' variance that lies between lines.
   */
  readonly explained: number;
}

/**
 * The additive quadratic fit where the evaluations of one line count as one observation, their mean: they repeat the luck of
 * one state, so n is the number of lines, not of evaluations.
 * @param lines of each evaluation `[n]`
 * @returns null with fewer than three lines per coefficient
 */
export function lineFit(
  lines: readonly number[],
  rows: readonly (readonly number[])[],
  values: readonly number[],
): LineFit | null {
  const groups = new Map<string, { readonly row: readonly number[]; sum: number; count: number }>();
  for (const [i, row] of rows.entries()) {
    // Hyperparameters that were changed by hand begin a line too.
    const name = `${lines[i]};${row.join()}`;
    const group = groups.get(name) ?? { row, sum: 0, count: 0 };
    group.sum += values[i]!;
    group.count++;
    groups.set(name, group);
  }
  const all = [...groups.values()];
  const fit = quadraticFit(
    all.map(({ row }) => row),
    all.map(({ sum, count }) => sum / count),
  );
  if (fit === null) return null;
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const between = all.reduce((sum, group) => sum + group.count * (group.sum / group.count - mean) ** 2, 0);
  return { fit, explained: total > 0 ? fit.explained * Math.min(1, between / total) : 0 };
}
