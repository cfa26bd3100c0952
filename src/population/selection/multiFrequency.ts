import { stream } from "../../random/index.ts";
import { demand, isWithin } from "../options.ts";
import type { Choice, Contestant, MemberId, Selection } from "../types.ts";
import { ranking } from "./ranking.ts";

export interface MultiFrequencyOptions {
  /** Generations between the events of each sub-population, fastest first. Default [1, 10, 25, 50]. */
  readonly frequencies?: readonly number[];
  /** Share of a sub-population that copies its best, and share that looks outside: 0 < fraction ≤ ⅓. Default ¼. */
  readonly fraction?: number;
}

/**
 * Population-based training at several frequencies: the members are cut into sub-populations, by id, and number k acts
 * only every `frequencies[k]` generations, so the slow ones keep what pays late. At its turn, a sub-population's worst
 * `fraction` copies its best and mutates; those ranked just above the worst take parameters from outside, from the best
 * outsiders who rank higher than they do: from a slower sub-population with its hyperparameters, from a faster one with
 * the hyperparameters of the own best member, for what a fast one likes is what pays soon. Failed members are replaced at
 * once. Generations are counted per slow step: meant for synchronous runs.
 * @throws UsageError naming every option out of range
 * @see Doulazmi et al. 2025, Multiple-Frequencies Population-Based Training
 * @example
 * multiFrequency({ frequencies: [1, 4, 16] });
 */
export function multiFrequency({
  frequencies = [1, 10, 25, 50],
  fraction = 0.25,
}: MultiFrequencyOptions = {}): Selection {
  demand("multiFrequency", [
    {
      name: "frequencies",
      value: frequencies,
      needs: "a list of integers >= 1, rising",
      holds:
        Array.isArray(frequencies) &&
        frequencies.length > 0 &&
        frequencies.every(
          (f: number, i) => Number.isInteger(f) && f >= 1 && (i === 0 || f >= frequencies[i - 1]!),
        ),
    },
    {
      name: "fraction",
      value: fraction,
      needs: "0 < fraction <= 1/3",
      holds: isWithin(fraction, Number.MIN_VALUE, 1 / 3),
    },
  ]);
  return {
    spec: { kind: "multiFrequency", frequencies: [...frequencies], fraction },
    select(contestants, key, generation) {
      const all = contestants.toSorted((a, b) => a.id - b.id);
      const groups = Math.min(frequencies.length, Math.max(1, Math.floor(all.length / 2)));
      const groupOf = new Map(
        all.map(({ id }, position) => [id, Math.floor((position * groups) / all.length)]),
      );
      const { ids: ranked } = ranking(
        all.filter(({ eligible }) => eligible),
        key,
        generation,
      );
      const place = new Map(ranked.map((id, i) => [id, i]));
      const choices = new Map<MemberId, Choice>();
      for (let k = 0; k < groups; k++) {
        const members = all.filter(({ id }) => groupOf.get(id) === k);
        const own = ranked.filter((id) => groupOf.get(id) === k);
        const acts = (generation + 1) % frequencies[k]! === 0;
        // In a sub-population of two or three the quarters still are one member each, never overlapping.
        const count = Math.min(Math.max(1, Math.round(fraction * own.length)), Math.floor(own.length / 2));
        const best = own.slice(0, Math.max(1, count));
        const worst = new Set(acts ? own.slice(own.length - count) : []);
        const outward = acts ? own.slice(Math.max(count, own.length - 2 * count), own.length - count) : [];
        const donors = best.length > 0 ? best : ranked.slice(0, 1);
        for (const { id, eligible } of members) {
          if ((eligible && !worst.has(id)) || donors.length === 0) continue;
          const draw = stream(key, "multiFrequency", id, generation).integer(donors.length);
          choices.set(id, {
            member: id,
            donor: donors[draw]!,
            reason: eligible ? "below the cut of its sub-population" : "failed",
            detail: { group: k, draw, donors: donors.length },
          });
        }
        const outsiders = ranked.filter((id) => groupOf.get(id) !== k);
        for (const [i, id] of outward.entries()) {
          const donor = outsiders[i];
          if (donor === undefined || place.get(donor)! > place.get(id)!) continue;
          const slower = groupOf.get(donor)! > k;
          choices.set(id, {
            member: id,
            donor,
            reason: slower
              ? "an outsider of a slower sub-population"
              : "an outsider of a faster sub-population",
            mutates: false,
            ...(slower ? {} : { hyperparametersOf: best[0]! }),
            detail: { group: k, from: groupOf.get(donor)! },
          });
        }
      }
      return all
        .filter(({ replaceable }) => replaceable)
        .map(
          (contestant): Choice =>
            choices.get(contestant.id) ?? {
              member: contestant.id,
              donor: null,
              reason: keeps(contestant),
            },
        );
    },
  };
}

const keeps = ({ eligible }: Contestant): string =>
  eligible ? "kept by its sub-population" : "failed, and no member can be copied";
