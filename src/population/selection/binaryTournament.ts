import { demand, probabilityOption } from "../options.ts";
import type { Selection } from "../types.ts";
import { pairwise } from "./pairwise.ts";

export interface BinaryTournamentOptions {
  /** Chance that a member meets another one in a step, 0 … 1. Default 1. */
  readonly probability?: number;
}

/**
 * Binary tournament: each member meets a random other one and copies it if that one's score is higher. Of two equal
 * scores the one with the larger random key of this generation wins, so that exact ties still move.
 * @throws UsageError when `probability` is out of range
 * @see Jaderberg et al. 2017, Population Based Training of Neural Networks
 */
export function binaryTournament({ probability = 1 }: BinaryTournamentOptions = {}): Selection {
  demand("binaryTournament", [probabilityOption("probability", probability)]);
  return pairwise({ kind: "binaryTournament", probability }, probability, ({ own, other, tie }) => {
    const difference = other.score - own.score;
    const replaced = difference > 0 || (difference === 0 && tie(other.id) > tie(own.id));
    const word = difference === 0 ? " the tie" : "";
    return { replaced, reason: `${replaced ? "lost" : "won"}${word}`, detail: {} };
  });
}
