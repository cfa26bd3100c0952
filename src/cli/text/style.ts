/** What the receiving end can show. */
export interface Style {
  readonly colour: boolean;
  readonly unicode: boolean;
}

export interface StreamLike {
  readonly isTTY?: boolean;
}

/** Decides colour and characters from the environment: NO_COLOR, FORCE_COLOR, TERM=dumb, and the locale. */
export function styleOf(stream: StreamLike, env: Readonly<Record<string, string | undefined>>): Style {
  const terminal = stream.isTTY === true && env["TERM"] !== "dumb";
  const force = env["FORCE_COLOR"];
  const no = env["NO_COLOR"];
  const colour =
    force !== undefined && force !== "" ? force !== "0" && force !== "false" : terminal && (no ?? "") === "";
  return { colour, unicode: unicodeIn(env) };
}

function unicodeIn(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env["TERM"] === "dumb" || env["TERM"] === "linux") return false;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  return locale === undefined || /utf-?8/i.test(locale) || !/^(?:C|POSIX)(?:\..*)?$/i.test(locale);
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Paint = { readonly [name in keyof typeof codes]: (text: string) => string };

/** Colour functions that return their argument unchanged where colour is off. */
export function paint(enabled: boolean): Paint {
  const one =
    (code: number) =>
    (text: string): string =>
      enabled && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: one(codes.bold),
    dim: one(codes.dim),
    red: one(codes.red),
    green: one(codes.green),
    yellow: one(codes.yellow),
    blue: one(codes.blue),
    cyan: one(codes.cyan),
  };
}

const fallbacks: readonly (readonly [RegExp, string])[] = [
  [/[█▌]/g, "#"],
  [/░/g, "."],
  [/[–−—]/g, "-"],
  [/…/g, "..."],
  [/←/g, "<-"],
  [/→/g, "->"],
  [/·/g, "|"],
  [/Δ/g, "d"],
  [/∞/g, "inf"],
  [/≥/g, ">="],
  [/≤/g, "<="],
  [/±/g, "+-"],
  [/×/g, "x"],
  [/✓/g, "ok"],
  [/✗/g, "no"],
  [/\u00a0|\u202f/g, " "],
];

/** The same text in ASCII, for terminals that say they cannot show more. */
export function ascii(text: string): string {
  let result = text;
  for (const [pattern, replacement] of fallbacks) result = result.replace(pattern, replacement);
  return result;
}
