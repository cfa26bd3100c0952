/** The grid low, low + step, … ≤ high. */
export interface Grid {
  /** Number of grid values. */
  readonly count: number;
  /** Grid value of an index 0 … count−1. */
  readonly at: (index: number) => number;
  /** Index of a grid value; undefined for numbers between the values (further than 1e-9 steps from the nearest). */
  readonly indexOf: (value: number) => number | undefined;
}

/** How far from a grid value, in steps, a number still counts as that value: room for sums of decimals, no more. */
const slack = 1e-9;

/** Digits after the point in the shortest decimal text of x. */
function decimals(x: number): number {
  const [digits, exponent] = x.toExponential().split("e");
  return Math.max(0, (digits!.split(".")[1]?.length ?? 0) - Number(exponent));
}

/**
 * Values as decimals: (low·10ᵈ + k·step·10ᵈ)/10ᵈ in whole numbers, which one division rounds correctly, whenever these
 * whole numbers are below 2⁵³ and d ≤ 22; the plain sum otherwise.
 */
export function grid(low: number, high: number, step: number): Grid {
  const count = Math.floor((high - low) / step + slack) + 1;
  const digits = Math.max(decimals(low), decimals(step));
  const scale = 10 ** Math.min(digits, 22);
  const base = Math.round(low * scale);
  const stride = Math.round(step * scale);
  const exact =
    digits <= 22 &&
    Number.isSafeInteger(base) &&
    Number.isSafeInteger(base + (count - 1) * stride) &&
    base / scale === low &&
    stride / scale === step;
  const at = (index: number): number => {
    const value = exact ? (base + index * stride) / scale : low + index * step;
    return value > high ? high : value;
  };
  const indexOf = (value: number): number | undefined => {
    const index = Math.round((value - low) / step);
    if (index < 0 || index >= count) return undefined;
    return Math.abs(value - at(index)) <= slack * step ? index : undefined;
  };
  return { count, at, indexOf };
}
