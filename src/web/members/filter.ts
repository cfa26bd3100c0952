import type { MemberRow } from "../../server/index.ts";

type Cell = number | string | null;

const operators = ["<=", ">=", "!=", "<", ">", "="] as const;
type Operator = (typeof operators)[number];

interface Condition {
  readonly name: string;
  readonly operator: Operator;
  readonly wanted: string;
}

/** A filter in words: `lr > 1e-3 and status = failed`; bare words are searched in names. */
export interface Filter {
  readonly accepts: (row: MemberRow, metric: string) => boolean;
  /** What could not be understood; null: nothing. */
  readonly problem: string | null;
}

/** The fields that a filter can name beside hyperparameters. */
export const fields = [
  "value",
  "rank",
  "step",
  "change",
  "generation",
  "copies",
  "status",
  "founder",
  "name",
];

/** The content of a field of a row; undefined: there is no such field. */
export function fieldOf(row: MemberRow, name: string, metric: string): Cell | undefined {
  const own: Readonly<Record<string, Cell>> = {
    value: row.value,
    [metric]: row.value,
    rank: row.rank,
    step: row.step,
    change: row.change,
    generation: row.generation,
    copies: row.children,
    status: row.status,
    founder: row.founder,
    name: row.name,
  };
  const of = Object.hasOwn(row.hyperparameters, name) ? row.hyperparameters[name] : own[name];
  return typeof of === "boolean" ? String(of) : of;
}

/** Reads a filter; an empty one accepts every row. */
export function parseFilter(text: string, known: readonly string[]): Filter {
  const problems: string[] = [];
  const tests = text
    .split(/\s+and\s+/i)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => testOf(part, known, problems));
  return {
    accepts: (row, metric) => tests.every((test) => test(row, metric)),
    problem: problems[0] ?? null,
  };
}

function testOf(
  part: string,
  known: readonly string[],
  problems: string[],
): (row: MemberRow, metric: string) => boolean {
  const found = part.match(/^(.+?)\s*(<=|>=|!=|<|>|=)\s*(.+)$/);
  if (found === null) {
    const wanted = part.toLowerCase();
    return (row) => `${row.name} ${row.status} ${row.cause ?? ""}`.toLowerCase().includes(wanted);
  }
  const condition: Condition = {
    name: found[1]!,
    operator: operators.find((operator) => operator === found[2])!,
    wanted: found[3]!.replace(/^["']|["']$/g, ""),
  };
  if (!known.includes(condition.name)) {
    problems.push(`${condition.name}: no such column. There are ${known.join(", ")}.`);
    return () => true;
  }
  return (row, metric) => holds(fieldOf(row, condition.name, metric) ?? null, condition);
}

function holds(cell: Cell, { name, operator, wanted }: Condition): boolean {
  if (cell === null) return operator === "!=";
  // Founders are members: `m03` is number 3.
  const number = Number(name === "founder" ? wanted.replace(/^m/, "") : wanted);
  const [a, b] = typeof cell === "number" && !Number.isNaN(number) ? [cell, number] : [String(cell), wanted];
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    default:
      return a >= b;
  }
}
