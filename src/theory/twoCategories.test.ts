import { expect, it } from "vitest";
import { boltzmannMap, pairwiseDrift, topOnlyMap, truncationMap } from "./twoCategories.ts";

const kinds = { means: [0, 0.5], sds: [1, 1], share: 0.3 } as const;

it("gives the reference maps of the selection operators for two kinds of members", () => {
  const truncated = truncationMap(kinds, 0.2);
  expect(truncated.share).toBeCloseTo(0.3574646747, 9);
  expect(truncated.high).toBeCloseTo(1.0132343, 7);
  expect(truncated.low).toBeCloseTo(-0.7141523, 7);
  expect(boltzmannMap(kinds, 2)).toBeCloseTo(0.5381015, 7);
  expect(pairwiseDrift(kinds, "tournament")).toBeCloseTo(0.2763263902, 9);
  expect(pairwiseDrift(kinds, { fermi: 2 })).toBeCloseTo(0.236377069, 6);
});

it("rewards fluctuation where it is one-sided: equal means, one kind noisier", () => {
  const noisy = { means: [0, 0], sds: [1, 2], share: 0.3 } as const;
  expect(boltzmannMap(noisy, 2)).toBeCloseTo(0.99425, 5);
  expect(truncationMap(noisy, 0.2).share).toBeCloseTo(0.3, 10);
  expect(topOnlyMap(noisy, 0.2)).toBeCloseTo(0.45848, 5);
});
