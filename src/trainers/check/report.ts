/** One property of a trainer, and whether it holds. */
export interface CheckLine {
  readonly name: string;
  /** `unknown`: could not be found out; `detail` says why. */
  readonly status: "pass" | "fail" | "unknown";
  /** What was seen, with numbers. */
  readonly detail: string;
  /** What to change; null when nothing needs to. */
  readonly advice: string | null;
}

export interface CheckReport {
  readonly lines: readonly CheckLine[];
  /** No line fails. */
  readonly ok: boolean;
}

export const pass = (name: string, detail: string): CheckLine => ({
  name,
  status: "pass",
  detail,
  advice: null,
});

export const fail = (name: string, detail: string, advice: string): CheckLine => ({
  name,
  status: "fail",
  detail,
  advice,
});

export const unknown = (name: string, detail: string, advice: string | null = null): CheckLine => ({
  name,
  status: "unknown",
  detail,
  advice,
});

/** A score in six significant digits, or in as many as tell it from the other one. */
export function short(score: number | null, other: number | null = score): string {
  if (score === null) return "none";
  for (let digits = 6; digits < 17; digits++) {
    const text = String(Number(score.toPrecision(digits)));
    if (other === null || Object.is(score, other) || text !== String(Number(other.toPrecision(digits))))
      return text;
  }
  return String(score);
}
