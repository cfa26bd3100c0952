import { came, didYouMean, isRecord, refuse } from "../../errors/index.ts";
import { type Model, type Program, sizeOf, unionSlots } from "../../tensor/index.ts";

/** The columns of a data set: all rows of a column one after the other. */
export type Columns<D extends string> = Readonly<Record<D, ArrayLike<number>>>;

const SETS = ["train", "validation", "test"];

type Sets = Readonly<Record<string, Columns<string> | undefined>>;

/**
 * Rows of each data set, by its name.
 * @throws UsageError naming every column that is missing, unknown, or of another length than the others
 */
export function rowsOf(model: Model, sets: Sets): Record<string, number> {
  const problems: string[] = [];
  const columns = Object.entries(model.data);
  const rows: Record<string, number> = {};
  if (columns.length > 0 && sets["train"] === undefined) {
    problems.push(`data.train: the model reads ${Object.keys(model.data).join(", ")}. Give these columns.`);
  }
  for (const [set, given] of Object.entries(sets) as readonly (readonly [string, unknown])[]) {
    if (given === undefined) continue;
    if (!SETS.includes(set)) {
      problems.push(
        `data.${set}: there are train, validation and test, each an object of columns.${
          Object.hasOwn(model.data, set) ? ` Write data: { train: { ${set}, … } }.` : didYouMean(set, SETS)
        }`,
      );
      continue;
    }
    if (!isRecord(given) || ArrayBuffer.isView(given)) {
      problems.push(`data.${set}: needs an object of columns, got ${came(given)}.`);
      continue;
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(model.data, name)) {
        problems.push(
          `data.${set}.${name}: the model has no such column (it has ${Object.keys(model.data).join(", ") || "none"}).`,
        );
      }
    }
    for (const [name, { shape }] of columns) {
      const values = given[name];
      const size = sizeOf(shape);
      if (values === undefined) {
        problems.push(`data.${set}.${name}: is missing; the model reads it.`);
        continue;
      }
      if (!isNumbers(values)) {
        problems.push(
          `data.${set}.${name}: needs an array of numbers, all rows one after the other, got ${whatCame(values)}.`,
        );
        continue;
      }
      const length = values.length / size;
      if (!Number.isInteger(length) || length === 0) {
        problems.push(
          `data.${set}.${name}: needs rows of ${size} numbers, at least one, got ${values.length} numbers.`,
        );
        continue;
      }
      rows[set] ??= length;
      if (rows[set] !== length) {
        problems.push(
          `data.${set}.${name}: has ${length} rows, ${columns[0]![0]} has ${rows[set]}. All columns need the same rows.`,
        );
      }
    }
  }
  refuse(problems);
  return rows;
}

function isNumbers(values: unknown): values is ArrayLike<number> {
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView))) return false;
  const first = (values as unknown as ArrayLike<unknown>)[0];
  return first === undefined || typeof first === "number";
}

const whatCame = (values: unknown): string =>
  isRecord(values) || typeof values !== "object" || (values as ArrayLike<unknown>)[0] === undefined
    ? came(values)
    : `an array whose first element is ${came((values as ArrayLike<unknown>)[0])}`;

/** Values of the data slots that programs read. */
export function columnValues(
  programs: Readonly<Record<string, Program>>,
  sets: Sets,
): Record<string, ArrayLike<number>> {
  const values: Record<string, ArrayLike<number>> = {};
  for (const { kind, name } of unionSlots(programs).values()) {
    if (kind !== "data") continue;
    const point = name.indexOf(".");
    const column = sets[name.slice(0, point)]?.[name.slice(point + 1)];
    if (column !== undefined) values[name] = column;
  }
  return values;
}
