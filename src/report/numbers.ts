import { plainNumber } from "../figures/index.ts";
import type { Value } from "../space/index.ts";

/** Four significant digits, without trailing noise; – for nothing. */
export function number(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : plainNumber(Number(value.toPrecision(4)));
}

/** A whole number with its thousands apart: 20 000. */
export const count = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** A hyperparameter's value. */
export const shown = (value: Value | undefined): string =>
  typeof value === "number" ? number(value) : value === undefined ? "–" : String(value);

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A length of time: 4m 12s. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** 2026-11-22 03:44 UTC. */
export const date = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** "1 copy", "3 copies". */
export const times = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;
