import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { binaryTournament, type Contestant, fermi, linearPairwise, type Selection, welch } from "../index.ts";

function contestants(scores: readonly number[], samples: readonly (readonly number[])[] = []): Contestant[] {
  return scores.map((score, id) => ({
    id,
    score,
    eligible: true,
    replaceable: true,
    samples: samples[id] ?? [],
  }));
}

/** How often member 0 copies member 1. */
function frequency(selection: Selection, scores: readonly [number, number], generations = 20_000): number {
  let copies = 0;
  for (let generation = 0; generation < generations; generation++) {
    if (selection.select(contestants(scores), key(5), generation)[0]!.donor === 1) copies++;
  }
  return copies / generations;
}

/** Three standard errors of a frequency over 20 000 draws. */
const TOLERANCE = 3 * Math.sqrt(0.25 / 20_000);

describe("pairwise selection", () => {
  it.each([0.3, -0.3, 2])("fermi copies with probability 1/(1+exp(-beta Δ)), Δ = %d", (difference) => {
    const expected = 1 / (1 + Math.exp(-2 * difference));
    expect(Math.abs(frequency(fermi({ beta: 2 }), [0, difference]) - expected)).toBeLessThan(TOLERANCE);
  });

  it.each([
    [0.3, 0.8],
    [-0.3, 0.2],
    [0.7, 1],
    [-0.7, 0],
  ])("linearPairwise copies with probability clip(1/2 + beta Δ/2), Δ = %d", (difference, expected) => {
    const measured = frequency(linearPairwise({ beta: 2 }), [0, difference]);
    if (expected === 0 || expected === 1) expect(measured).toBe(expected);
    else expect(Math.abs(measured - expected)).toBeLessThan(TOLERANCE);
  });

  it("meets with the given probability", () => {
    expect(Math.abs(frequency(binaryTournament({ probability: 0.3 }), [0, 1]) - 0.3)).toBeLessThan(TOLERANCE);
    expect(frequency(binaryTournament(), [0, 1])).toBe(1);
    expect(frequency(binaryTournament(), [1, 0])).toBe(0);
  });

  it("breaks a tie of two so that exactly one copies the other, each equally often", () => {
    let first = 0;
    const generations = 4000;
    for (let generation = 0; generation < generations; generation++) {
      const [a, b] = binaryTournament().select(contestants([1, 1]), key(2), generation);
      expect([a!.donor, b!.donor]).toEqual(a!.donor === null ? [null, 0] : [1, null]);
      if (a!.donor === 1) first++;
    }
    expect(Math.abs(first - generations / 2)).toBeLessThan(3 * Math.sqrt(generations / 4));
  });

  it("draws opponents uniformly among the others", () => {
    const counts = [0, 0, 0, 0, 0];
    const generations = 8000;
    for (let generation = 0; generation < generations; generation++) {
      const [choice] = binaryTournament().select(contestants([0, 1, 2, 3, 4]), key(2), generation);
      counts[choice!.donor!] = counts[choice!.donor!]! + 1;
    }
    expect(counts[0]).toBe(0);
    for (const count of counts.slice(1)) {
      expect(Math.abs(count - generations / 4)).toBeLessThan(4 * Math.sqrt(generations * 0.25 * 0.75));
    }
  });
});

describe("welch", () => {
  const noise = (mean: number, id: number): number[] => {
    const draws = stream(key(9), "noise", id);
    return Array.from({ length: 10 }, () => mean + draws.normal());
  };

  it("copies who is significantly better, and says how sure it is", () => {
    const [worse, better] = welch().select(contestants([0, 3], [noise(0, 0), noise(3, 1)]), key(1), 0);
    expect(worse).toMatchObject({ donor: 1, reason: "significantly worse" });
    expect(worse!.detail!["p"]).toBeLessThan(0.05);
    expect(better).toMatchObject({ donor: null, reason: "not significantly worse" });
  });

  it("keeps where the difference may be chance, although the score is higher", () => {
    const same = noise(0, 0);
    const [choice] = welch().select(contestants([0, 3], [same, same]), key(1), 0);
    expect(choice).toMatchObject({ donor: null, reason: "not significantly worse", detail: { p: 0.5 } });
  });

  it("has the false-positive rate alpha on equal laws", () => {
    let copies = 0;
    const pairs = 4000;
    for (let pair = 0; pair < pairs; pair++) {
      const samples = [noise(0, 2 * pair), noise(0, 2 * pair + 1)];
      if (welch({ alpha: 0.05 }).select(contestants([0, 0], samples), key(1), pair)[0]!.donor !== null)
        copies++;
    }
    expect(Math.abs(copies / pairs - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / pairs));
  });

  it("uses the newest reports of the window only", () => {
    const changed = [...noise(9, 0), ...noise(0, 1)];
    const [choice] = welch({ window: 10 }).select(contestants([0, 3], [changed, noise(3, 2)]), key(1), 0);
    expect(choice!.donor).toBe(1);
    const [wide] = welch({ window: 20 }).select(contestants([0, 3], [changed, noise(3, 2)]), key(1), 0);
    expect(wide!.donor).toBeNull();
  });

  it("keeps when there are too few reports for a test", () => {
    const [choice] = welch().select(contestants([0, 3], [[1], noise(3, 1)]), key(1), 0);
    expect(choice).toMatchObject({
      donor: null,
      reason: "too few reports for a test",
      detail: { reports: 1, opponentReports: 10 },
    });
  });
});
