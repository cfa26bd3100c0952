import { type Stream, stream } from "../../random/index.ts";
import type { Json } from "../../space/index.ts";
import type { Choice, Contestant, MemberId, Selection, Spec } from "../types.ts";

/** A member and the opponent that it met. */
export interface Meeting {
  readonly own: Contestant & { readonly score: number };
  readonly other: Contestant & { readonly score: number };
  readonly draws: Stream;
  /** The random key of a member of this generation, for exact ties. */
  readonly tie: (member: MemberId) => number;
}

/** Whether the opponent replaces the member, why, and the numbers behind it. */
export interface Verdict {
  readonly replaced: boolean;
  readonly reason: string;
  readonly detail: { readonly [name: string]: Json };
}

/**
 * Selection by meetings: each replaceable member meets one other member drawn uniformly from those that may be
 * copied, and `judge` says whether it copies it. Members that cannot be compared copy whom they meet. All meetings
 * look at the population before the step. With equal scores and a symmetric judge everybody has one expected
 * offspring. O(N).
 * @param probability chance that a member meets anybody in this step: 1 − e^(−λτ) for a Poisson clock of rate λ
 */
export function pairwise(spec: Spec, probability: number, judge: (meeting: Meeting) => Verdict): Selection {
  return {
    spec,
    select(contestants, key, generation) {
      const sorted = contestants.toSorted((a, b) => a.id - b.id);
      const parents = sorted.filter(isParent);
      const positions = new Map<MemberId, number>(parents.map(({ id }, position) => [id, position]));
      const tie = (member: MemberId): number => stream(key, "tie", member, generation).uniform();
      return sorted
        .filter(({ replaceable }) => replaceable)
        .map((own): Choice => {
          const draws = stream(key, spec.kind, own.id, generation);
          const position = positions.get(own.id);
          const others = parents.length - (position === undefined ? 0 : 1);
          if (others === 0) {
            const reason = position === undefined ? "failed, and no member can be copied" : "nobody to meet";
            return { member: own.id, donor: null, reason };
          }
          const drawn = draws.integer(others);
          const other = parents[position === undefined || drawn < position ? drawn : drawn + 1]!;
          const opponent = other.id;
          if (!isParent(own)) {
            return { member: own.id, donor: opponent, reason: "failed", detail: { opponent } };
          }
          const meets = probability >= 1 || draws.uniform() < probability;
          if (!meets) return { member: own.id, donor: null, reason: "met nobody" };
          const { replaced, reason, detail } = judge({ own, other, draws, tie });
          return {
            member: own.id,
            donor: replaced ? opponent : null,
            reason,
            detail: { opponent, opponentScore: other.score, ...detail },
          };
        });
    },
  };
}

function isParent(contestant: Contestant): contestant is Contestant & { readonly score: number } {
  return contestant.eligible && contestant.score !== null;
}
