/** The numbers from `low` to `high`, ends included unless they are said to be open. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly openLow?: boolean;
  readonly openHigh?: boolean;
}

/** What a hyperparameter may be, and who asks it: `adam.beta1`, `dropout`. */
export interface Range extends Bounds {
  readonly why: string;
}

/** Whether a number is finite and lies in a range. */
export const isWithin = (value: number, { low, high, openLow, openHigh }: Bounds): boolean =>
  Number.isFinite(value) &&
  (openLow === true ? value > low : value >= low) &&
  (openHigh === true ? value < high : value <= high);

/** A range in words: `a number >= 0`, `a number in [0, 1)`. */
export function boundsText({ low, high, openLow, openHigh }: Bounds): string {
  if (low === -Infinity && high === Infinity) return "a finite number";
  if (high === Infinity) return `a number ${openLow === true ? ">" : ">="} ${low}`;
  if (low === -Infinity) return `a number ${openHigh === true ? "<" : "<="} ${high}`;
  return `a number in ${openLow === true ? "(" : "["}${low}, ${high}${openHigh === true ? ")" : "]"}`;
}

/** Ranges of both lists, each once. */
export function joinedRanges(a: readonly Range[] = [], b: readonly Range[] = []): readonly Range[] {
  const known = new Map([...a, ...b].map((range) => [`${range.why}: ${boundsText(range)}`, range]));
  return [...known.values()];
}
