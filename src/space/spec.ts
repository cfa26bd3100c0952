import { UsageError } from "../errors/index.ts";
import { choice } from "./choice.ts";
import { constant } from "./constant.ts";
import { show } from "./format.ts";
import { integer } from "./integer.ts";
import type { LawOptions } from "./law.ts";
import { logInteger } from "./logInteger.ts";
import { logUniform } from "./logUniform.ts";
import { normal } from "./normal.ts";
import { ordinal } from "./ordinal.ts";
import { quantized } from "./quantized.ts";
import type { Distribution, Json, Value } from "./types.ts";
import { uniform } from "./uniform.ts";

type Arguments = Readonly<Record<string, never>>;

/** Arguments that each kind takes, in order, before `init` and `fixed`; `?` marks those that may be absent. */
const kinds: Readonly<
  Record<
    string,
    { readonly names: readonly string[]; build(a: Arguments, options: LawOptions<never>): Distribution }
  >
> = {
  uniform: { names: ["low", "high"], build: (a, options) => uniform(a.low!, a.high!, options) },
  logUniform: { names: ["low", "high"], build: (a, options) => logUniform(a.low!, a.high!, options) },
  normal: {
    names: ["mean", "sd", "low?", "high?"],
    build: (a, options) =>
      normal(a.mean!, a.sd!, {
        ...options,
        ...(a.low === undefined ? {} : { low: a.low }),
        ...(a.high === undefined ? {} : { high: a.high }),
      }),
  },
  integer: { names: ["low", "high"], build: (a, options) => integer(a.low!, a.high!, options) },
  logInteger: { names: ["low", "high"], build: (a, options) => logInteger(a.low!, a.high!, options) },
  quantized: {
    names: ["low", "high", "step", "log?"],
    build: (a, options) =>
      quantized(a.low!, a.high!, a.step!, { ...options, ...(a.log === undefined ? {} : { log: a.log }) }),
  },
  ordinal: { names: ["values"], build: (a, options) => ordinal<Value>(a.values!, options) },
  choice: { names: ["values"], build: (a, options) => choice<Value>(a.values!, options) },
  constant: { names: ["value"], build: (a) => constant<Value>(a.value!) },
};

/** The names of the laws: `uniform`, `logUniform` … */
export const distributionKinds: readonly string[] = Object.keys(kinds);

/**
 * The law that a `spec` describes: `distributionFrom(d.spec)` equals `d`. Wrong values of arguments become the law's
 * `problems`, as with the constructors.
 * @throws UsageError when the spec names no known kind, misses an argument or has one too many
 */
export function distributionFrom(spec: { readonly [name: string]: Json }): Distribution {
  const { kind, init, fixed, ...rest } = spec;
  const entry = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (entry === undefined) {
    throw new UsageError(`needs kind to be one of ${distributionKinds.join(", ")}, got ${show(kind)}`);
  }
  const required = entry.names.filter((name) => !name.endsWith("?"));
  const known = entry.names.map((name) => name.replace("?", ""));
  const problems = [
    ...required
      .filter((name) => rest[name] === undefined)
      .map((name) => `${show(kind).slice(1, -1)} needs ${name}, got ${show(spec)}`),
    ...Object.keys(rest)
      .filter((name) => !known.includes(name))
      .map(
        (name) =>
          `${show(kind).slice(1, -1)} takes ${[...known, "init", "fixed"].join(", ")}, got ${name}=${show(rest[name])}`,
      ),
  ];
  if (kind === "constant" && init !== undefined)
    problems.push("constant takes no init: its value is the start");
  if (problems.length > 0) throw new UsageError(problems);
  // The constructors check every argument at run time and collect what does not fit.
  return entry.build(rest as Arguments, {
    ...(init === undefined ? {} : { init: init as never }),
    ...(fixed === undefined ? {} : { fixed: fixed as never }),
  });
}
