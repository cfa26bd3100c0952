import { UsageError } from "../../errors/index.ts";
import { show } from "../format.ts";
import type { LawOptions } from "../law.ts";
import type { Json, Value } from "../types.ts";
import { suggest } from "./suggest.ts";

/** Arguments as they came, before they are matched with a law's parameters. */
export interface Given {
  readonly items: readonly Json[];
  readonly named: ReadonlyMap<string, Json>;
}

/** Other tools' words for our parameters. */
const synonyms: Readonly<Record<string, string>> = {
  min: "low",
  lower: "low",
  minval: "low",
  a: "low",
  max: "high",
  upper: "high",
  maxval: "high",
  b: "high",
  q: "step",
  mu: "mean",
  loc: "mean",
  sigma: "sd",
  std: "sd",
  scale: "sd",
  default: "init",
  default_value: "init",
  initial: "init",
  choices: "values",
  options: "values",
  categories: "values",
};

/** Words that other tools take and this one does not, with the reason. */
const refusedWords: Readonly<Record<string, string>> = {
  precision: "values keep all digits; use quantized(low, high, step) for a grid",
  shape: "a hyperparameter is one value; give each its own name",
  base: "the base of the logarithm does not change the law",
  probabilities: "every value is as likely",
  weights: "every value is as likely",
  prior: "every value is as likely",
};

/** Arguments by our names, checked for type. */
export class Bound {
  readonly law: string;
  readonly options: LawOptions<never>;
  private readonly values: ReadonlyMap<string, Json>;

  /** @param parameters names in order; those with "?" may be absent. `init` and `fixed` are taken by every law. */
  constructor(law: string, parameters: readonly string[], given: Given) {
    this.law = law;
    const names = parameters.map((name) => name.replace("?", ""));
    const values = new Map<string, Json>();
    const problems: string[] = [];
    if (given.items.length > names.length) {
      problems.push(`${law} takes ${names.join(", ")}, got ${given.items.length} arguments`);
    }
    given.items.slice(0, names.length).forEach((value, i) => values.set(names[i]!, value));
    for (const [word, value] of given.named) {
      const known = [...names, "init", "fixed"];
      const synonym = Object.hasOwn(synonyms, word) ? synonyms[word]! : word;
      const name = known.includes(word) ? word : synonym;
      if (value === null) continue;
      if (!known.includes(name)) {
        const why = Object.hasOwn(refusedWords, word)
          ? `: ${refusedWords[word]!}`
          : `.${suggest(word, known)}`;
        problems.push(`${law} takes ${known.join(", ")}, got ${word}=${show(value)}${why}`);
      } else if (values.has(name)) problems.push(`${law} is given ${name} twice`);
      else values.set(name, value);
    }
    for (const name of parameters) {
      if (!name.endsWith("?") && !values.has(name)) problems.push(`${law} needs ${name}`);
    }
    if (problems.length > 0) throw new UsageError(problems);
    this.values = values;
    // The law's constructor checks both at run time.
    this.options = {
      ...(values.has("init") ? { init: values.get("init") as never } : {}),
      ...(values.has("fixed") ? { fixed: values.get("fixed") as never } : {}),
    };
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  number(name: string): number {
    const value = this.values.get(name);
    if (typeof value === "number") return value;
    throw new UsageError(`${this.law} needs ${name} to be a number, got ${show(value)}`);
  }

  flag(name: string): boolean {
    const value = this.values.get(name) ?? false;
    if (typeof value === "boolean") return value;
    throw new UsageError(`${this.law} needs ${name} to be true or false, got ${show(value)}`);
  }

  value(name: string): Value {
    // constant() checks what came.
    return this.values.get(name) as Value;
  }

  list(name: string): readonly Value[] {
    return this.values.get(name) as readonly Value[];
  }
}
