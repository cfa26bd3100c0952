import { UsageError } from "../../errors/index.ts";
import { choice } from "../choice.ts";
import { constant } from "../constant.ts";
import { show } from "../format.ts";
import { distributionFrom } from "../spec.ts";
import type { Distribution, Json, Value } from "../types.ts";
import { bareRange, type Call, type Expression, parseExpression, textError } from "./expression.ts";
import { namedLaw } from "./named.ts";

/** A plain argument: values and lists of values, no calls. */
function plain(source: string, expression: Expression): Json {
  if (expression.type === "value") return expression.value;
  if (expression.type === "list") return expression.items.map((item) => plain(source, item));
  throw textError(source, expression.at, `needs a value, got the law ${expression.name}`);
}

/** Casts of Hydra: `int(interval(1, 10))`, `tag(log, interval(1e-5, 1))`. */
const casts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  int: { uniform: "integer", logUniform: "logInteger", integer: "integer", logInteger: "logInteger" },
  log: { uniform: "logUniform", integer: "logInteger", logUniform: "logUniform", logInteger: "logInteger" },
  float: { uniform: "uniform", logUniform: "logUniform" },
};

function cast(source: string, word: string, call: Call, inner: Expression): Distribution {
  const distribution = lawOf(source, inner);
  const kind = casts[word]?.[distribution.kind];
  if (kind === undefined) {
    throw textError(source, call.at, `${word} does not go with ${distribution.describe()}`);
  }
  return distributionFrom({ ...distribution.spec, kind });
}

function callLaw(source: string, call: Call): Distribution {
  const { name, items, named, at } = call;
  const word = name.toLowerCase();
  const [first] = items;
  if (items.length === 1 && named.size === 0 && first?.type === "call" && Object.hasOwn(casts, word)) {
    return cast(source, word, call, first);
  }
  if (word === "tag") {
    const inner = items.at(-1);
    const tags = items.slice(0, -1).map((item) => plain(source, item));
    const [tag] = tags;
    if (inner?.type !== "call" || tags.length !== 1 || typeof tag !== "string" || named.size > 0) {
      throw textError(source, at, "tag needs one of log, int and a law: tag(log, interval(1e-5, 1))");
    }
    if (!Object.hasOwn(casts, tag)) throw textError(source, at, `tag needs log or int, got ${tag}`);
    return cast(source, tag, call, inner);
  }
  const given = {
    items: items.map((item) => plain(source, item)),
    named: new Map([...named].map(([key, value]) => [key, plain(source, value)] as const)),
  };
  if (name === bareRange) {
    if (given.items.every((bound) => Number.isInteger(bound))) {
      const bounds = given.items.map(show).join(", ");
      throw textError(
        source,
        at,
        `a range between whole numbers can mean two laws: integer(${bounds}) or uniform(${bounds})?`,
      );
    }
    return namedLaw("uniform", given);
  }
  try {
    return namedLaw(name, given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.problems.map((text) => textError(source, at, text).message));
  }
}

function lawOf(source: string, expression: Expression): Distribution {
  if (expression.type === "call") return callLaw(source, expression);
  if (expression.type === "list") {
    // choice checks what the list holds.
    return choice(expression.items.map((item) => plain(source, item)) as Value[]);
  }
  return constant(expression.value);
}

/**
 * The law that a text describes, from an offset on: `loguniform(1e-5, 1e-1)`, `[adam, sgd]`, `0.1`.
 * @throws UsageError that names the character
 */
export function parseLaw(source: string, from = 0): Distribution {
  return lawOf(source, parseExpression(source, from));
}
