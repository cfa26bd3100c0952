/** Three significant digits, never trailing noise: 0.0021 → 2.1e-3, 1234567 → 1.23e6, 1500 → 1 500. */
export function number(value: number | null | undefined, digits = 3): string {
  if (value == null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  const text =
    size < 1e-2 || size >= 1e6
      ? rounded.toExponential().replace("e+", "e")
      : Number.isInteger(value)
        ? grouped(value)
        : String(rounded);
  return text.replace(/^-/, "−");
}

const grouped = (value: number): string => {
  const text = String(Math.abs(value));
  const parts = text.length > 4 ? text.replace(/\B(?=(\d{3})+$)/g, "\u202f") : text;
  return value < 0 ? `-${parts}` : parts;
};

/** Whole numbers with thin spaces. */
export const count = (value: number): string => grouped(Math.round(value)).replace(/^-/, "−");

/** −4.2 %. */
export function percent(share: number | null | undefined, digits = 2): string {
  if (share == null || !Number.isFinite(share)) return "–";
  return Math.abs(share) < 5e-5 ? "0 %" : `${number(share * 100, digits)} %`;
}

/** A sentence whose long decimals are cut to what a reader takes in: 0.13488101710875 → 0.13488. */
export const readable = (text: string): string =>
  text.replace(/\d+\.\d{6,}(?:e[+-]?\d+)?/g, (digits) => number(Number(digits), 5));

/** A hyperparameter's value, a setting, or nothing. */
export function value(of: unknown): string {
  if (typeof of === "number") return number(of);
  if (of === null || of === undefined) return "–";
  return typeof of === "object" ? JSON.stringify(of) : String(of as string | boolean);
}

/** 4m 12s. */
export function duration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return "–";
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [d, h, m, s] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) return `${d}d ${h}h`;
  if (h > 0) return `${h}h ${m}m`;
  return m > 0 ? `${m}m ${s}s` : `${s}s`;
}

/** 2026-11-22 03:44:10, in the reader's zone. */
export function clock(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return "–";
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace("T", " ");
}

/** "one copy", "3 copies". */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;
