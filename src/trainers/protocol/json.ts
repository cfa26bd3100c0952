/**
 * A strict JSON reader for text that comes from trainers: it also takes the `NaN`, `Infinity` and `-Infinity` that
 * Python's json module writes, refuses duplicate names, and bounds the depth. Objects come back as Maps, so that no
 * name (`__proto__` …) means anything.
 */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export type JsonObject = ReadonlyMap<string, JsonValue>;

export class JsonProblem extends Error {
  override readonly name = "JsonProblem";
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

const WORDS: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
];

/**
 * Reads one JSON value.
 * @param maxDepth how deep arrays and objects may nest
 * @throws JsonProblem saying what is wrong and at which character
 * @example
 * parseJson('{"loss": NaN}'); // Map { "loss" => NaN }
 */
export function parseJson(text: string, maxDepth = 16): JsonValue {
  let at = 0;
  const problem = (what: string): JsonProblem => new JsonProblem(`${what} at character ${at + 1}`);

  const skip = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at = pattern.lastIndex;
    return found[0];
  };

  const string = (): string => {
    if (text[at] !== '"') throw problem("expected a string");
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    try {
      const result = JSON.parse(text.slice(at, end + 1)) as string;
      at = end + 1;
      return result;
    } catch {
      throw problem("a string that is not well formed");
    }
  };

  const value = (depth: number): JsonValue => {
    if (depth > maxDepth) throw problem(`nested deeper than ${maxDepth}`);
    skip();
    const start = text[at];
    if (start === '"') return string();
    if (start === "{") return object(depth);
    if (start === "[") return array(depth);
    for (const [word, meaning] of WORDS) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    const token = match(NUMBER);
    if (token === null) throw problem(at >= text.length ? "ended too early" : "expected a value");
    return Number(token);
  };

  const array = (depth: number): JsonValue => {
    const items: JsonValue[] = [];
    at++;
    skip();
    if (text[at] === "]") {
      at++;
      return items;
    }
    for (;;) {
      items.push(value(depth + 1));
      skip();
      const next = text[at];
      if (next !== "," && next !== "]") throw problem('expected "," or "]"');
      at++;
      if (next === "]") return items;
    }
  };

  const object = (depth: number): JsonValue => {
    const entries = new Map<string, JsonValue>();
    at++;
    skip();
    if (text[at] === "}") {
      at++;
      return entries;
    }
    for (;;) {
      skip();
      const name = string();
      if (entries.has(name)) throw problem(`the name ${JSON.stringify(name.slice(0, 64))} occurs twice`);
      skip();
      if (text[at] !== ":") throw problem('expected ":"');
      at++;
      entries.set(name, value(depth + 1));
      skip();
      const next = text[at];
      if (next !== "," && next !== "}") throw problem('expected "," or "}"');
      at++;
      if (next === "}") return entries;
    }
  };

  const result = value(0);
  skip();
  if (at < text.length) throw problem("unexpected text after the value");
  return result;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
