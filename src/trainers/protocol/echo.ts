import type { Hyperparameters, Value } from "../../space/index.ts";

/** Relative difference up to which a number counts as the one that was sent: float32 keeps seven digits. */
export const ECHO_TOLERANCE = 1e-6;

export interface EchoResult {
  /** Every hyperparameter was echoed and is right. */
  readonly verified: boolean;
  /** One sentence per hyperparameter that differs or that nobody asked for. */
  readonly mismatches: readonly string[];
}

/**
 * Compares the hyperparameters that a trainer says it uses with those it was given. Names that it leaves out are not
 * errors, but then the echo verifies nothing as a whole.
 * @param expected what was sent
 * @param using what came back; null: the trainer said nothing
 * @returns numbers a, b agree when |a − b| ≤ 1e-6 · max(|a|, |b|); other values when they are equal
 * @example
 * compareEcho({ lr: 0.1 }, { lr: 0.01 }).mismatches; // ["lr: the trainer uses 0.01, was given 0.1"]
 */
export function compareEcho(expected: Hyperparameters, using: Hyperparameters | null): EchoResult {
  if (using === null) return { verified: false, mismatches: [] };
  const mismatches: string[] = [];
  for (const [name, value] of Object.entries(using)) {
    if (!Object.hasOwn(expected, name)) {
      mismatches.push(
        `${name}: the trainer uses a hyperparameter that the search space does not have (it has ${Object.keys(expected).join(", ")})`,
      );
    } else if (!same(expected[name]!, value)) {
      mismatches.push(`${name}: the trainer uses ${show(value)}, was given ${show(expected[name]!)}`);
    }
  }
  const complete = Object.keys(expected).every((name) => Object.hasOwn(using, name));
  return { verified: complete && mismatches.length === 0, mismatches };
}

function same(given: Value, used: Value): boolean {
  if (typeof given !== "number" || typeof used !== "number") return given === used;
  if (Object.is(given, used)) return true;
  return Math.abs(given - used) <= ECHO_TOLERANCE * Math.max(Math.abs(given), Math.abs(used));
}

const show = (value: Value): string => (typeof value === "string" ? JSON.stringify(value) : String(value));
