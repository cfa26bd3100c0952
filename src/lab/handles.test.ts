import { describe, expect, it } from "vitest";
import { figureAxes } from "../figures/index.ts";
import { pixelAt, placeAt, placedHandles, recipes, shareOf, valueAt } from "./index.ts";

const quick = { quick: true, seed: 1, progress: () => {} };

describe.each(["two-clocks", "flattest", "double-well", "convergence", "synapse"])("points on %s", (name) => {
  const recipe = recipes.find((one) => one.name === name)!;

  it("stand within the picture, move one way with the number, and are read back as it", async () => {
    const { figure } = await recipe.run({}, quick);
    const placed = placedHandles(recipe, figure);
    expect(placed.length).toBeGreaterThan(0);
    for (const handle of placed) {
      const of = recipe.parameters[handle.parameter]!;
      const sign = Math.sign(handle.pixels.at(-1)! - handle.pixels[0]!);
      expect(sign).not.toBe(0);
      handle.pixels
        .slice(1)
        .forEach((pixel, i) => expect(sign * (pixel - handle.pixels[i]!)).toBeGreaterThanOrEqual(0));
      const share = shareOf(of, of.initial);
      const pixel = pixelAt(handle, share);
      // Some numbers reach beyond the axis; what is set at first does not.
      expect(valueAt(of, placeAt(handle, pixel))).toBeCloseTo(of.initial, of.integer === true ? -2 : 1);
      expect(handle.across).toBeGreaterThan(0);
    }
  });
});

it("places the point of two clocks where the path begins", async () => {
  const recipe = recipes.find(({ name }) => name === "two-clocks")!;
  const { figure } = await recipe.run({ theta: 1 }, quick);
  const [handle] = placedHandles(recipe, figure);
  const { x, y } = figureAxes(figure)[0]!;
  expect(handle!.axis).toBe("x");
  expect(pixelAt(handle!, shareOf(recipe.parameters["theta"]!, 1))).toBeCloseTo(x!.toPixel(1), 0);
  expect(handle!.across).toBeCloseTo(y!.toPixel(-1), 9);
  // The axes lie within the picture's first panel: 16 px of margin, 52 for the labels.
  expect(x!.range[0]).toBe(16 + 52);
});

it("goes by factors between the bounds of a parameter that is logarithmic, by whole numbers where it is one", () => {
  const log = { initial: 1, low: 0.01, high: 1, log: true, label: "" };
  expect(shareOf(log, 0.1)).toBeCloseTo(0.5, 12);
  expect(valueAt(log, 0.5)).toBe(0.1);
  expect(valueAt({ initial: 5, low: 1, high: 10, integer: true, label: "" }, 0.5)).toBe(6);
  expect(valueAt(log, 7)).toBe(1);
});
