import type { Hyperparameters, SearchSpace, Value } from "../../space/index.ts";
import { boundsText, isWithin, type Range, type Session } from "../../tensor/index.ts";
import type { PopulationDefinition } from "./definition.ts";
import { slotsOf } from "./names.ts";

/** Values of a distribution that are looked at: all of a few, else its ends and its middle. */
const MOST_VALUES = 1000;

type Definition = Pick<
  PopulationDefinition<unknown>,
  "programs" | "constants" | "hostHyperparameters" | "integers"
>;

/** All that keeps this population from training in this space. */
export function spaceProblems(definition: Definition, space: SearchSpace<unknown>): string[] {
  const { programs, constants = {}, hostHyperparameters = [], integers = {} } = definition;
  const slots = new Map(slotsOf(programs).hyper.map((slot) => [slot.name, slot]));
  const problems: string[] = [];
  for (const [name, { shape, ranges = [] }] of slots) {
    const given = space.names.includes(name);
    const constant = constants[name];
    if (constant !== undefined) problems.push(...rangeProblems(`constants.${name}`, [constant], ranges));
    if (!given && !Object.hasOwn(constants, name)) {
      problems.push(
        `space: the model reads the hyperparameter ${name}, which is neither in the search space nor in constants. Add it to one.`,
      );
    } else if (given && Object.hasOwn(constants, name)) {
      problems.push(`space.${name}: is in constants too. Leave it out of one.`);
    }
    if (shape.length > 0) {
      problems.push(`space.${name}: the model reads an array, hyperparameters are single numbers.`);
    }
  }
  space.names.forEach((name, i) => {
    const values = valuesOf(space, i);
    problems.push(...rangeProblems(`space.${name}`, values, slots.get(name)?.ranges ?? []));
    if (slots.has(name)) {
      const wrong = values.find((value) => typeof value === "string");
      if (wrong !== undefined) {
        problems.push(
          `space.${name}: the model needs numbers, got ${JSON.stringify(wrong)}. Members of one program have one structure: give numbers, or train with another kind of trainer.`,
        );
      }
    } else if (!hostHyperparameters.includes(name)) {
      const known = [...slots.keys(), ...hostHyperparameters].join(", ");
      problems.push(
        `space.${name}: nothing reads it (what is read: ${known || "nothing"}). If it is to change shapes, such as a number of units, members cannot differ in it: give the largest shape and mask the rest, as mlp({ hidden: [64], units: "${name}" }) does.`,
      );
    }
    const range = integers[name];
    if (range === undefined) return;
    const { min, max } = range;
    const wrong = values.findLast((value) => !(Number.isInteger(value) && +value >= min && +value <= max));
    if (wrong !== undefined) {
      problems.push(`space.${name}: needs integers from ${min} to ${max}, but can be ${String(wrong)}.`);
    }
  });
  return problems;
}

/** What the readers of a hyperparameter need, where it can be something else. */
function rangeProblems(place: string, values: readonly Value[], ranges: readonly Range[]): string[] {
  const numbers = values.filter((value) => typeof value === "number");
  return ranges.flatMap((range) => {
    if (numbers.every((value) => isWithin(value, range))) return [];
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const came = low === high ? `it is ${low}` : `the range is ${low} … ${high}`;
    return [`${place}: ${range.why} needs ${boundsText(range)}, ${came}.`];
  });
}

function valuesOf(space: SearchSpace<unknown>, index: number): Value[] {
  const law = space.distributions[index]!;
  if ((law.problems ?? []).length > 0) return [];
  const { cardinality } = law;
  const points =
    cardinality <= MOST_VALUES
      ? Array.from({ length: cardinality }, (_, i) => (i + 0.5) / cardinality)
      : [0, 0.5, 1];
  return points.map((unit) => law.decode(unit));
}

/** Puts a member's hyperparameters into the slots of its row. */
export function writeHyperparameters(
  session: Session,
  definition: Definition,
  row: number,
  hyperparameters: Hyperparameters,
): void {
  for (const { name } of slotsOf(definition.programs).hyper) {
    const value = hyperparameters[name];
    if (value !== undefined) session.write(name, row, [Number(value)]);
  }
}

/** What a row is really trained with, read back from the session; names that only the host reads, as given. */
export function usedHyperparameters(
  session: Session,
  definition: Definition,
  row: number,
  given: Hyperparameters,
): Hyperparameters {
  const slots = new Set(slotsOf(definition.programs).hyper.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!slots.has(name)) return [name, value];
      const used = session.read(name, row)[0]!;
      return [name, typeof value === "boolean" ? used !== 0 : used];
    }),
  );
}
