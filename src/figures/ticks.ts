/**
 * Tick labels of logarithmic axes: 0.05, 20, 1e-5, at 1, 2 and 5 of each decade only where decades are few; never "50m".
 * @param decades how many powers of ten the axis spans
 */
export function logTick(value: number, decades = 2): string {
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  const rounded = Math.round(mantissa * 1e6) / 1e6;
  const shown = decades > 2.5 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 8];
  return shown.includes(rounded) ? plainNumber(value) : "";
}

/** Significant digits without trailing noise: 0.0021 → 2.1e-3, 1500 → 1500. */
export function plainNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const digits = Number(value.toPrecision(6));
  return size < 1e-3 || size >= 1e6 ? digits.toExponential().replace("e+", "e") : String(digits);
}

/** A whole number with its thousands apart: 20 000; four digits stand together. Others by significant digits. */
export function groupedNumber(value: number): string {
  const text = plainNumber(value);
  return /^-?\d{5,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, "\u202f") : text;
}

/** Powers of ten between the smallest and the largest of some values. */
export function decadesOf(values: Iterable<number>): number {
  let low = Infinity;
  let high = 0;
  for (const value of values) {
    if (!(value > 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > 0 ? Math.log10(high / low) : 0;
}
