import { describe, expect, it } from "vitest";
import { figureSvg } from "../figure.ts";
import { overTimeFigure } from "./overTime.ts";
import { priceFigure } from "./price.ts";

/** Digits of the numbers that a drawing shows. */
const numbersIn = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)]
    .map(([, text]) => text!)
    .filter((text) => /^[-−]?\d[\d.,e−-]*$/.test(text));

const significant = (text: string): number =>
  text
    .replace(/e.*$/, "")
    .replace(/^[-−]?0*\.?0*/, "")
    .replaceAll(/\D/g, "").length;

describe("an axis of values", () => {
  it.each([0, 1e-16, 3.3e-9, 1e-3, 0.4, 12, 7e5])("of size %s has labels of at most four digits", (size) => {
    const generation = [0, 1, 2, 3];
    const values = [0, 0.31 * size, -0.7 * size, size];
    const drawn = [
      overTimeFigure({
        title: "t",
        caption: "c",
        generation,
        yLabel: "y",
        series: [{ label: "a", values }],
      }),
      priceFigure({
        title: "t",
        caption: "c",
        generation,
        selection: values,
        transmission: [0, 0, 0, 0],
        change: values,
      }),
    ];
    for (const figure of drawn) {
      const labels = numbersIn(figureSvg(figure));
      expect(labels.length).toBeGreaterThan(4);
      for (const label of labels) {
        expect(significant(label), label).toBeLessThanOrEqual(4 + (size >= 1e5 ? 2 : 0));
        expect(label.length, label).toBeLessThanOrEqual(8);
      }
    }
  });
});
