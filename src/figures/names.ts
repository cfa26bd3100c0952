/**
 * Names as one text with commas between, whatever they hold: in a name `%` is written `%25` and a comma `%2C`. Names without
 * either are written as they are.
 * @example joinNames(["lr 0.1", "a,b"]) // "lr 0.1,a%2Cb"
 */
export const joinNames = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");

/** The names of such a text; empty ones are left out. A `%` that begins neither code is itself. */
export const splitNames = (text: string): string[] =>
  text
    .split(",")
    .filter((name) => name !== "")
    .map((name) => name.replace(/%2C|%25/gi, (code) => (code === "%25" ? "%" : ",")));
