import { describe, expect, it } from "vitest";
import { endingOf, placeText } from "./ending.ts";

const place = { step: 1200, generation: 12, generations: 40, steps: 4000, interval: 100 };

describe("a new rule of stopping", () => {
  it("is held against the place of the run", () => {
    expect(placeText(place)).toBe(
      "The run is at step 1200, generation 12 of 40; by the rule of now it stops at step 4000.",
    );
    expect(placeText({ ...place, generations: null, steps: null })).toBe(
      "The run is at step 1200, generation 12; no number of steps ends it by now.",
    );
  });

  it("ends the run at once when the run has passed it, or is about to", () => {
    expect(endingOf(place, 500)).toMatchObject({
      atOnce: true,
      text: expect.stringContaining("it is 700 steps beyond that"),
    });
    expect(endingOf(place, 1200)).toMatchObject({
      atOnce: true,
      text: expect.stringContaining("just there"),
    });
    expect(endingOf(place, 1300)).toMatchObject({
      atOnce: true,
      text: expect.stringContaining("100 steps are left"),
    });
  });

  it("leaves generations otherwise, the last one counted whole", () => {
    const { atOnce, text } = endingOf(place, 1301);
    expect(atOnce).toBe(false);
    expect(text).toContain("101 steps per member are left then: about 2 generations of 100 steps");
  });
});
