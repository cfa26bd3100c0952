import type { Hyperparameters } from "../../space/index.ts";

/** Placeholders beside the hyperparameters' names. */
export const PLACEHOLDERS = ["load", "save", "until", "step", "seed", "member"] as const;

export interface TemplateValues {
  readonly hyperparameters: Hyperparameters;
  /** Directory of the state to start from; "" at the first segment. */
  readonly load: string;
  readonly save: string;
  readonly until: number;
  readonly seed: number;
  /** `m07`. */
  readonly member: string;
}

const PATTERN = /\{\{([A-Za-z_][\w.-]*)\}\}|\{([A-Za-z_][\w.-]*)\}/g;

/** Names of the placeholders in a text: `{name}`; `{{name}}` stands for the text `{name}`, other braces for themselves. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PATTERN)].flatMap((match) => (match[2] === undefined ? [] : [match[2]]));
}

/** The text with every placeholder replaced; `quote` is applied to each value (for shells). */
export function fill(
  text: string,
  values: TemplateValues,
  quote: (value: string) => string = (value) => value,
): string {
  return text.replace(PATTERN, (_, escaped: string | undefined, name: string) =>
    escaped === undefined ? quote(lookup(name, values)) : `{${escaped}}`,
  );
}

function lookup(name: string, values: TemplateValues): string {
  switch (name) {
    case "load":
      return values.load;
    case "save":
      return values.save;
    case "until":
    case "step":
      return String(values.until);
    case "seed":
      return String(values.seed);
    case "member":
      return values.member;
    default:
      return String(values.hyperparameters[name]);
  }
}

/** One sentence per placeholder that nothing fills. */
export function unknownPlaceholders(texts: readonly string[], names: readonly string[]): string[] {
  const known = new Set<string>([...names, ...PLACEHOLDERS]);
  const problems: string[] = [];
  for (const [index, text] of texts.entries()) {
    for (const name of placeholdersIn(text)) {
      if (known.has(name)) continue;
      problems.push(
        `command, word ${index + 1}: unknown placeholder {${name}}; known are ${[...known].map((known) => `{${known}}`).join(" ")}. To tune it, give it a distribution: --hp '${name}~…'. For the text itself write {{${name}}}`,
      );
    }
  }
  return problems;
}

/** Quotes one word for a POSIX shell. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
