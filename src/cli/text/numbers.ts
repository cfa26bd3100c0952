import type { Value } from "../../space/index.ts";

/**
 * A number for people: `digits` significant digits, never fixed decimals (1e-6 never reads as 0.000), exponents outside
 * 10⁻³ … 10⁶, whole numbers in full.
 */
export function significant(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const magnitude = Math.abs(value);
  if (Number.isInteger(magnitude) && magnitude < 1e7) return sign + grouped(magnitude, 5);
  const rounded = Number(magnitude.toPrecision(digits));
  if (rounded < 1e-3 || rounded >= 1e6) return sign + exponent(magnitude, digits);
  if (rounded >= 10 ** digits) return sign + grouped(Math.round(rounded), 5);
  return sign + String(rounded);
}

function exponent(magnitude: number, digits: number): string {
  const [mantissa, power] = magnitude.toExponential(digits - 1).split("e");
  return `${Number(mantissa)}e${Number(power)}`;
}

/** 6 000: a count with groups of three digits. */
export function grouped(value: number, least = 4): string {
  const text = String(value);
  return text.length < least ? text : text.replace(/\B(?=(?:\d{3})+$)/g, " ");
}

/** A hyperparameter's value: three significant digits are enough to tell members apart. */
export function hyperparameter(value: Value | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" ? significant(value, 3) : String(value);
}

/** −4.2 %: signed, two significant digits; from tenfold on, ×12. */
export function percent(fraction: number): string {
  if (!Number.isFinite(fraction)) return "–";
  const value = Number((100 * Math.abs(fraction)).toPrecision(2));
  const sign = fraction < 0 && value !== 0 ? "−" : "+";
  return value >= 1000 ? `×${significant(Math.abs(1 + fraction), 2)}` : `${sign}${value} %`;
}

/** 3 s, 4m 12s, 2h 05m, 3d 4h. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`;
}

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** 1.5 MB: powers of 1000. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** `20GB`, `500 MB`, `1.5TiB`, `1000000` → bytes; null when it does not read as a size. */
export function parseBytes(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgtp])(i)?b?|b)?\s*$/i.exec(text);
  if (match === null) return null;
  const power = match[2] === undefined ? 0 : "kmgtp".indexOf(match[2].toLowerCase()) + 1;
  return Math.round(Number(match[1]) * (match[3] === undefined ? 1000 : 1024) ** power);
}

/** `90`, `90s`, `15m`, `2h`, `1d`, `500ms` → seconds; null when it does not read as a time. */
export function parseSeconds(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  if (match === null) return null;
  const scale = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[match[2]?.toLowerCase() ?? "s"];
  return scale === undefined ? null : Number(match[1]) * scale;
}
