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
      {
        ...measured({ alarms: ["mutation is too hot; smaller moves gain more"] }),
        note: "effective: 12 pairs",
      },
      luck,
    );
    expect(facts.alarms).toEqual(["mutation is too hot; smaller moves gain more"]);
    expect(facts.note).toBe("effective: 12 pairs");
    const early = { ...measured({}), note: "last values are compared: 1 generations say nothing yet" };
    expect(qualityOf(early, luck).note).toBe("last values are compared: 1 generation says nothing yet");
  });

  it("says beside an alarm what to do, where the alarm does not", () => {
    const advised = (alarm: string) => qualityOf(measured({ alarms: [alarm] }), luck).alarms;
    expect(advised("one ancestor took over within 12 generations")).toEqual([
      "one ancestor took over within 12 generations; lower the share replaced, or let members keep longer",
    ]);
    for (const begins of ["noise is being selected: x", "noise may be selected: x"])
      expect(advised(begins)).toEqual([
        `${begins}; score by effective, auto or two-sided truncation, or average longer`,
      ]);
    expect(advised("lr: diversity has collapsed to 0.01; selection and mutation balance at 0.1")[0]).toMatch(
      /; raise the mutation$/,
    );
  });

  it("of a run that selects nothing says so, and writes no noise of rounding", () => {
    const control = { kind: "random-search", title: "", panel: "There is no selection." } as const;
    const name = "selection differential";
    const differential = (standardised: number) => ({
      ...measured({}),
      selectionDifferential: { raw: standardised, standardised },
    });
    expect(valueOf(qualityOf(differential(0.5), luck, control), name)).toBe("no selection");
    expect(valueOf(qualityOf(differential(1.5e-16), luck), name)).toBe("0 sd");
  });
});
