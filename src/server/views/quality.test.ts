import { describe, expect, it } from "vitest";
import type { Diagnostics, TemporalDiagnostics } from "../../population/index.ts";
import { qualityOf } from "./quality.ts";

const measured = (changes: Partial<TemporalDiagnostics>): Diagnostics =>
  ({ selectionDifferential: null, temporal: { alarms: [], ...changes } }) as unknown as Diagnostics;
const clear = [{ p: 0.01, notIdentifiable: null }];
const luck = [{ p: 0.6, notIdentifiable: null }];
const valueOf = (facts: ReturnType<typeof qualityOf>, name: string): string | undefined =>
  facts.rows.find((row) => row.name === name)?.value;

describe("quality or noise", () => {
  it("is unknown before anything is measured, and says so in every row", () => {
    const facts = qualityOf(null, []);
    expect(facts.answer).toMatch(/^Unknown how much/);
    expect(facts.rows.every(({ value }) => value === "unknown")).toBe(true);
    expect([facts.note, facts.alarms]).toEqual([null, []]);
  });

  it("is noise where luck has offspring or evaluations do not last, quality where they do", () => {
    expect(qualityOf(measured({ noiseSeeking: 0.3, reliability: 0.9 }), luck).answer).toMatch(
      /^Noise: .*0\.3/,
    );
    expect(qualityOf(measured({ reliability: 0.1 }), luck).answer).toMatch(/^Mostly noise: 10 %/);
    expect(qualityOf(measured({ reliability: 0.5 }), clear).answer).toMatch(/^Both: 50 %.*depends/);
    expect(qualityOf(measured({ reliability: 0.95 }), luck).answer).toMatch(
      /^Quality: 95 %.*parameters' own/,
    );
  });

  it("gives hyperparameters no share where no effect stands out over lineages", () => {
    const name = "explained by hyperparameters";
    expect(valueOf(qualityOf(measured({ explained: 0.4 }), luck), name)).toBe("unknown");
    expect(valueOf(qualityOf(measured({ explained: 0.4 }), clear), name)).toBe("40 %");
  });

  it("hands on the alarms and the note of the score", () => {
    const facts = qualityOf(
      { ...measured({ alarms: ["noise is being selected"] }), note: "effective: 12 pairs" },
      luck,
    );
    expect(facts.alarms).toEqual(["noise is being selected"]);
    expect(facts.note).toBe("effective: 12 pairs");
  });
});
