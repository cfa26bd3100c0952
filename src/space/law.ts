import { UsageError } from "../errors/index.ts";
import type { Stream } from "../random/index.ts";
import { formatValue, show } from "./format.ts";
import type { Distribution, Json, Topology, Value } from "./types.ts";

/** Options that every law takes. */
export interface LawOptions<V extends Value = Value> {
  /** The value that the first generation starts from; must be one that the law can take. Default: a draw. */
  readonly init?: V;
  /** true: drawn (or set to `init`) once, never mutated. Default false. */
  readonly fixed?: boolean;
}

/** What differs from law to law; `law` adds what is common. */
export interface LawDefinition<V extends Value> {
  readonly kind: string;
  readonly topology: Topology;
  readonly cardinality: number;
  /** Arguments as plain JSON, without `kind`, `init` and `fixed`. */
  readonly arguments: { readonly [name: string]: Json };
  /** Arguments as text: `1e-5, 0.1`. */
  readonly text: string;
  readonly problems: readonly string[];
  readonly contains: (value: Value) => boolean;
  /** Called with a contained value. */
  readonly toUnit: (value: V) => number;
  /** Called with a coordinate in [0, 1]; uniform coordinates must give the law. */
  readonly fromUnit: (unit: number) => V;
}

/** A Distribution from its definition: checks `init`, guards every call, clamps coordinates. */
export function law<V extends Value>(definition: LawDefinition<V>, options: LawOptions<V>): Distribution<V> {
  const { kind, topology, cardinality, contains, toUnit, fromUnit } = definition;
  const { init, fixed = false } = options;
  const call = `${kind}(${definition.text})`;
  const problems = [...definition.problems, ...optionProblems(kind, options)];
  if (problems.length === 0 && init !== undefined && !contains(init)) {
    problems.push(`${kind} needs init to be a value of ${call}, got init=${show(init)}`);
  }
  const sound = problems.length === 0;
  const demandSound = (): void => {
    if (!sound) throw new UsageError(problems);
  };
  const decode = (unit: number): V => {
    demandSound();
    if (Number.isNaN(unit)) throw new UsageError(`${call} needs a coordinate to decode, got NaN`);
    const value = fromUnit(Math.min(1, Math.max(0, unit)));
    // −0 becomes 0: JSON does not keep the sign, and a logged value must read back as itself.
    return value === 0 ? (0 as V) : value;
  };
  return {
    kind,
    topology,
    cardinality,
    spec: {
      kind,
      ...definition.arguments,
      ...(init === undefined ? {} : { init }),
      ...(fixed && topology !== "fixed" ? { fixed } : {}),
    },
    init,
    fixed: fixed || topology === "fixed",
    problems,
    encode(value) {
      demandSound();
      if (!contains(value)) throw new UsageError(`needs a value of ${call}, got ${show(value)}`);
      return Math.min(1, Math.max(0, toUnit(value)));
    },
    decode,
    sample: (draws: Stream) => decode(draws.uniform()),
    contains: (value) => sound && contains(value),
    describe() {
      const start = init === undefined ? "" : `, init=${formatValue(init)}`;
      const still = fixed && topology !== "fixed" ? ", fixed=true" : "";
      return `${kind}(${definition.text}${start}${still})`;
    },
  };
}

function optionProblems(kind: string, options: LawOptions): string[] {
  const problems: string[] = [];
  const { init, fixed } = options;
  if (init !== undefined && !isValue(init)) {
    problems.push(`${kind} needs init to be a number, string or boolean, got init=${show(init)}`);
  }
  if (fixed !== undefined && typeof fixed !== "boolean") {
    problems.push(`${kind} needs fixed to be true or false, got fixed=${show(fixed)}`);
  }
  return problems;
}

/** Whether something can be a hyperparameter's value: a finite number, a string or a boolean. */
export function isValue(value: unknown): value is Value {
  return typeof value === "number" ? Number.isFinite(value) : ["string", "boolean"].includes(typeof value);
}
