import { UsageError } from "../../errors/index.ts";
import { searchSpaceOf, type NestedHyperparameters } from "../searchSpace.ts";
import type { Distribution, SearchSpace } from "../types.ts";
import { textError } from "./expression.ts";
import { parseLaw } from "./law.ts";

/** A hyperparameter as the command line gives it. */
export interface NamedDistribution {
  /** Groups joined by ".". */
  readonly name: string;
  readonly distribution: Distribution;
}

/**
 * Reads `name~law` or `name=law`: one `--hp` of the command line. The law may stand in quotes. Forms of other tools are
 * read too: `--lr~'loguniform(1e-5, 1)'` (Oríon), `lr=loguniform[1e-4:1e-1]` (Guild AI), `tag(log, interval(1e-5, 1))`
 * (Hydra). Several values are a choice, one value is a constant. No code is evaluated.
 * @throws UsageError that names the character where reading failed. Wrong bounds are not thrown here: they are the
 * law's `problems`, which `searchSpaceOf` reports with their place.
 * @example
 * parseHyperparameter("lr~loguniform(1e-5, 1e-1, init=1e-3)").distribution.describe();
 * // "logUniform(1e-5, 0.1, init=0.001)"
 */
export function parseHyperparameter(text: string): NamedDistribution {
  const source = text.trim();
  const head = /^-{0,2}([^~=\s]*)\s*/.exec(source)!;
  const name = head[1]!;
  const separator = source[head[0].length];
  if (name === "") throw textError(source, 0, "expected a name, as in lr~loguniform(1e-5,1e-1)");
  if (separator !== "~" && separator !== "=") {
    throw textError(
      source,
      head[0].length,
      'expected "~" and a law after the name, as in lr~loguniform(1e-5,1e-1)',
    );
  }
  const from = head[0].length + 1;
  const body = /^(\s*)(['"])(.*)\2$/s.exec(source.slice(from));
  // Quotes around the whole law only: in 'a','b' the first quote closes before the end.
  if (body !== null && !body[3]!.includes(body[2]!)) {
    const inner = source.slice(0, source.length - 1);
    return { name, distribution: parseLaw(inner, from + body[1]!.length + 1) };
  }
  return { name, distribution: parseLaw(source, from) };
}

/**
 * The space that several texts `name~law` make.
 * @throws UsageError with every problem of every text
 */
export function searchSpaceFromText(texts: readonly string[]): SearchSpace<NestedHyperparameters> {
  const entries: [string, Distribution][] = [];
  const problems: string[] = [];
  for (const text of texts) {
    try {
      const { name, distribution } = parseHyperparameter(text);
      entries.push([name, distribution]);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
    }
  }
  return searchSpaceOf(entries, problems);
}
