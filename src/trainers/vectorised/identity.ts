import { createHash } from "node:crypto";
import type { Program } from "../../tensor/index.ts";
import type { PopulationDefinition } from "./definition.ts";

/**
 * Digests of all that decides what a member's step computes, by part: `program train`, `data train.x`, `constant decay`.
 * Two trainers with equal identities train alike. TypeScript between the calls (`between`, `advance`) is not among it.
 */
export function identityOf({
  programs,
  data = {},
  constants = {},
}: Pick<PopulationDefinition, "programs" | "data" | "constants">): Readonly<Record<string, string>> {
  return {
    ...named("program", programs, digestOfProgram),
    ...named("data", data, digestOfValues),
    ...named("constant", constants, String),
  };
}

function named<T>(
  kind: string,
  record: Readonly<Record<string, T>>,
  text: (value: T) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${kind} ${name}`, text(value)]));
}

const short = (digest: Buffer): string => digest.toString("hex").slice(0, 16);

function digestOfProgram({ nodes, slots, updates, metrics }: Program): string {
  // What is only said in messages is left out: where the user's model asked for a node, what a coefficient may be.
  const text = JSON.stringify({ nodes, slots, updates, metrics }, (name, value: unknown) => {
    if (name === "origin" || name === "ranges") return undefined;
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    return ArrayBuffer.isView(value) ? digestOfValues(value as Float64Array) : value;
  });
  return short(createHash("sha256").update(text).digest());
}

function digestOfValues(values: ArrayLike<number>): string {
  const exact = Float64Array.from(values);
  return short(createHash("sha256").update(new Uint8Array(exact.buffer)).digest());
}
