import { UsageError } from "../../errors/index.ts";
import type { Value } from "../types.ts";

/** What the text form of a law can hold. `at` is the offset of the first character in the source. */
export type Expression =
  | { readonly type: "value"; readonly value: Value; readonly at: number }
  | { readonly type: "list"; readonly items: readonly Expression[]; readonly at: number }
  | Call;

/** `name(items…, named=…)`, or `name[low:high]` as `range`. */
export interface Call {
  readonly type: "call";
  readonly name: string;
  readonly items: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
  readonly at: number;
}

/** The name that stands for `[low:high]` without a law before it. */
export const bareRange = "[:]";

const numberPattern = /^[-+]?(\d+(_?\d+)*\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** Escapes of JSON's strings; any other character after a backslash stands for itself. */
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** An error that points at a character of the text, counted from 1. */
export function textError(source: string, at: number, message: string): UsageError {
  return new UsageError(`${source}, character ${at + 1}: ${message}`);
}

/**
 * Reads a law's text: numbers, words, quoted strings, true/false, [lists], (lists), calls with positional and named
 * arguments, ranges `[a:b]`. Several expressions with commas between them make a list. Nothing is evaluated.
 * @param source the whole text, which errors quote
 * @param from offset at which the expression begins
 * @throws UsageError that names the character
 */
export function parseExpression(source: string, from: number): Expression {
  let at = from;
  const fail = (message: string, where = at): never => {
    throw textError(source, where, message);
  };
  const skip = (): void => {
    while (at < source.length && /\s/.test(source[at]!)) at++;
  };
  const peek = (): string => {
    skip();
    return source[at] ?? "";
  };
  const got = (): string => {
    const rest = source.slice(at);
    const token = /^[^\s,()[\]{}'"=:]+|^[\s\S]/.exec(rest)?.[0];
    return token === undefined ? "the end" : `"${token}"`;
  };
  const quoted = (quote: string): string => {
    const start = at++;
    let text = "";
    while (at < source.length && source[at] !== quote) {
      if (source[at] === "\\" && at + 1 < source.length) {
        const escaped = source[++at]!;
        const code = /^u([0-9a-fA-F]{4})/.exec(source.slice(at, at + 5));
        text +=
          code === null ? (escapes[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(code[1]!, 16));
        at += code === null ? 1 : 5;
      } else text += source[at++]!;
    }
    if (at >= source.length) fail(`this ${quote} is never closed`, start);
    at++;
    return text;
  };
  const items = (close: string, named: Map<string, Expression> | null): Expression[] => {
    const list: Expression[] = [];
    at++;
    while (peek() !== close) {
      const start = at;
      const name = named === null ? undefined : /^([A-Za-z_]\w*)\s*=/.exec(source.slice(at));
      if (named !== null && name !== null && name !== undefined) {
        at += name[0].length;
        if (named.has(name[1]!)) fail(`${name[1]!} is given twice`, start);
        named.set(name[1]!, one());
      } else {
        if (named !== null && named.size > 0) fail("a plain argument cannot follow a named one");
        list.push(one());
      }
      if (peek() === ",") at++;
      else if (peek() !== close) fail(`expected "," or "${close}", got ${got()}`);
    }
    at++;
    return list;
  };
  /** After "[": a list, or low:high, or low:high:init. */
  const bracket = (name: string | null, start: number): Expression => {
    const open = at++;
    if (peek() !== "]") {
      const low = one();
      if (peek() === ":") {
        at++;
        const high = one();
        const named = new Map<string, Expression>();
        if (peek() === ":") {
          at++;
          named.set("init", one());
        }
        if (peek() !== "]") fail(`expected "]", got ${got()}`);
        at++;
        return { type: "call", name: name ?? bareRange, items: [low, high], named, at: start };
      }
    }
    at = open;
    const list = items("]", null);
    return name === null
      ? { type: "list", items: list, at: start }
      : { type: "call", name, items: [{ type: "list", items: list, at: open }], named: new Map(), at: start };
  };
  const one = (): Expression => {
    const first = peek();
    const start = at;
    if (first === '"' || first === "'") return { type: "value", value: quoted(first), at: start };
    if (first === "[") return bracket(null, start);
    if (first === "(") return { type: "list", items: items(")", null), at: start };
    if (first === "{")
      return fail("weights of values are not taken: every value is as likely. List the values");
    const word = /^[^\s,()[\]{}'"=:]+/.exec(source.slice(at))?.[0];
    if (word === undefined) return fail(`expected a value or a law, got ${got()}`);
    at += word.length;
    if (numberPattern.test(word)) {
      const value = Number(word.replaceAll("_", ""));
      if (!Number.isFinite(value)) fail(`needs a finite number, got ${word}`, start);
      return { type: "value", value, at: start };
    }
    if (/^(true|false)$/i.test(word))
      return { type: "value", value: word.toLowerCase() === "true", at: start };
    if (/^(null|none|undefined)$/i.test(word)) {
      fail(`needs a number, string or boolean, got ${word}. Quote it if you mean the word`, start);
    }
    // An opening bracket belongs to the word only where it follows at once: `loguniform(…)`, `uniform[…]`.
    if (source[at] === "(") {
      const named = new Map<string, Expression>();
      return { type: "call", name: word, items: items(")", named), named, at: start };
    }
    return source[at] === "[" ? bracket(word, start) : { type: "value", value: word, at: start };
  };
  const list = [one()];
  while (peek() === ",") {
    at++;
    list.push(one());
  }
  if (at < source.length) fail(`expected the end, got ${got()}`);
  return list.length === 1 ? list[0]! : { type: "list", items: list, at: from };
}
