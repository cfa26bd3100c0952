import { stream } from "../../random/index.ts";
import { demand, isWithin } from "../options.ts";
import type { Choice, Selection } from "../types.ts";
import { ranking } from "./ranking.ts";

export interface TruncationOptions {
  /** Share of the population that is replaced, and share that may be copied: 0 < fraction ≤ 0.5. Default 0.2. */
  readonly fraction?: number;
}

/**
 * Truncation selection of population-based training: each of the `count` worst members copies a member drawn
 * uniformly from the `count` best.
 *
 *     count = min(max(1, round(fraction · n)), ⌊n / 2⌋)
 *
 * n counts the members that can be compared (they have a score) or must be replaced (they failed). Failed members
 * and members without a checkpoint are replaced first, all of them, even beyond `count`; the worst ranked fill the
 * rest of `count`. Donors and replaced members never overlap. Equal scores are ordered by random keys and are no
 * reason to spare a member: with all scores equal everybody has one expected offspring (neutral drift), and a
 * population that starts in an exact tie still moves.
 * @throws UsageError when fraction is outside (0, 0.5]
 * @see Jaderberg et al. 2017, Population Based Training of Neural Networks
 * @example
 * const selection = truncation({ fraction: 0.25 });
 */
export function truncation({ fraction = 0.2 }: TruncationOptions = {}): Selection {
  demand("truncation", [
    {
      name: "fraction",
      value: fraction,
      needs: "0 < fraction <= 0.5",
      holds: isWithin(fraction, Number.MIN_VALUE, 0.5),
    },
  ]);
  return {
    spec: { kind: "truncation", fraction },
    select(contestants, key, generation) {
      const { ids } = ranking(
        contestants.filter(({ eligible }) => eligible),
        key,
        generation,
      );
      const unfit = contestants.filter(({ eligible, replaceable }) => replaceable && !eligible).length;
      const n = ids.length + unfit;
      const count = Math.min(Math.max(1, Math.round(fraction * n)), Math.floor(n / 2));
      const donors = ids.slice(0, Math.max(1, count));
      const worst = new Set(ids.slice(ids.length - Math.max(0, count - unfit)));
      const choices: Choice[] = [];
      for (const { id, eligible, replaceable } of contestants) {
        if (!replaceable) continue;
        const replaced = eligible ? worst.has(id) : true;
        if (!replaced || donors.length === 0) {
          choices.push({
            member: id,
            donor: null,
            reason: replaced ? "failed, and no member can be copied" : "above the cut",
            detail: { count, of: n },
          });
          continue;
        }
        const draw = stream(key, "truncation", id, generation).integer(donors.length);
        choices.push({
          member: id,
          donor: donors[draw]!,
          reason: eligible ? "below the cut" : "failed",
          detail: { count, of: n, draw, donors: donors.length },
        });
      }
      return choices.toSorted((a, b) => a.member - b.member);
    },
  };
}
