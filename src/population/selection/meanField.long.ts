import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import {
  binaryTournament,
  boltzmann,
  type Contestant,
  fermi,
  type Selection,
  truncation,
  wrightFisher,
} from "../index.ts";

/**
 * One selection step of a large population of two kinds, against the closed forms of theory.md T3.1:
 * fitness of A ~ N(0, 1), of B ~ N(0.5, 1), share of B 0.3.
 */
const path = new URL("../../theory/fixtures/theory-reference.json", import.meta.url);
const { misc } = JSON.parse(readFileSync(path, "utf8")) as {
  misc: {
    p11: {
      two_cat: {
        trunc_p_next: number;
        boltz_p_next: number;
        fermi_Etanh: number;
        bintourn: number;
      };
    };
  };
};
const reference = misc.p11.two_cat;
const MEMBERS = 20_000;
const ROUNDS = 40;
const SHARE = 0.3;

/** Mean share of B after one step, and its standard error over rounds. */
function nextShare(selection: Selection): { mean: number; error: number } {
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const draws = stream(key(round), "fitness");
    const isB = (id: number): boolean => id < SHARE * MEMBERS;
    const contestants = Array.from(
      { length: MEMBERS },
      (_, id): Contestant => ({
        id,
        score: (isB(id) ? 0.5 : 0) + draws.normal(),
        eligible: true,
        replaceable: true,
        samples: [],
      }),
    );
    let count = 0;
    for (const { member, donor } of selection.select(contestants, key(round), 0))
      if (isB(donor ?? member)) count++;
    shares.push(count / MEMBERS);
  }
  const mean = shares.reduce((a, b) => a + b) / ROUNDS;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (ROUNDS - 1);
  return { mean, error: Math.sqrt(variance / ROUNDS) };
}

/** Pairwise rules: the drift of the share is p (1 − p) E g(Δ) per step of one meeting each, halved by p = (1 + g)/2. */
const drifted = (g: number): number => SHARE + SHARE * (1 - SHARE) * g;

describe("one selection step of a large population", () => {
  it.each<[string, Selection, number]>([
    ["truncation", truncation({ fraction: 0.2 }), reference.trunc_p_next],
    ["boltzmann", boltzmann({ beta: 2 }), reference.boltz_p_next],
    ["wrightFisher", wrightFisher({ beta: 2 }), reference.boltz_p_next],
    ["fermi", fermi({ beta: 2 }), drifted(reference.fermi_Etanh)],
    ["binaryTournament", binaryTournament(), drifted(reference.bintourn)],
  ])("%s moves the share of the better kind as its mean field does", (_, selection, expected) => {
    const { mean, error } = nextShare(selection);
    // Three standard errors, and the O(1/N) bias of a finite population.
    expect(Math.abs(mean - expected)).toBeLessThan(3 * error + 2 / MEMBERS);
  });
});
