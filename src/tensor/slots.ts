import { refuse, UsageError } from "../errors/index.ts";
import { shapeText } from "./shapes.ts";
import { type Program, type Slot, sizeOf } from "./ir.ts";
import { boundsText, isWithin, joinedRanges } from "./range.ts";

/**
 * The slots of several programs that share storage, by name.
 * @throws UsageError listing each slot on which two programs disagree
 */
export function unionSlots(programs: Readonly<Record<string, Program>>): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  const problems: string[] = [];
  for (const [name, program] of Object.entries(programs)) {
    for (const slot of program.slots) {
      const known = slots.get(slot.name);
      if (known === undefined) {
        slots.set(slot.name, slot);
        continue;
      }
      const text = (s: Slot): string => `${s.kind} ${s.dtype} ${shapeText(s.shape)}`;
      if (text(known) !== text(slot)) {
        problems.push(
          `slot ${slot.name}: is ${text(known)}, but ${text(slot)} in program ${name}. Rename one.`,
        );
      }
      const below = Math.min(known.below ?? Infinity, slot.below ?? Infinity);
      const ranges = joinedRanges(known.ranges, slot.ranges);
      slots.set(slot.name, {
        ...known,
        ...(below === Infinity ? {} : { below }),
        ...(ranges.length === 0 ? {} : { ranges }),
      });
    }
  }
  refuse(problems);
  return slots;
}

/** Elements of a slot for all members (once for `data`). */
export const slotSize = (slot: Slot, members: number): number =>
  sizeOf(slot.shape) * (slot.kind === "data" ? 1 : members);

/**
 * Checks a write before it happens; every executor calls it.
 * @returns true when the data is one member's value for every row
 * @throws UsageError with the slot's name, the rule, and the first offending row and column
 */
export function checkWrite(
  slot: Slot | undefined,
  name: string,
  members: number,
  member: number | "all",
  data: ArrayLike<number>,
): boolean {
  if (slot === undefined) throw new UsageError(`slot ${name}: no program of this session uses it.`);
  if (slot.kind === "data" && member !== "all") {
    throw new UsageError(`slot ${name}: holds data of all members. Write it with "all".`);
  }
  if (member !== "all" && !(Number.isInteger(member) && member >= 0 && member < members)) {
    throw new UsageError(`slot ${name}: member needs to be 0 to ${members - 1}, got ${member}.`);
  }
  const one = sizeOf(slot.shape);
  const whole = member === "all" ? slotSize(slot, members) : one;
  const repeated = member === "all" && slot.kind !== "data" && data.length === one && members > 1;
  if (data.length !== whole && !repeated) {
    throw new UsageError(
      `slot ${name}: needs ${whole} numbers for shape ${shapeText(slot.shape)}, got ${data.length}.`,
    );
  }
  checkValues(slot, data, 0);
  return repeated;
}

/**
 * Checks a partial write before it happens; every executor calls it.
 * @throws UsageError with the slot's name and the rule
 */
export function checkPatch(
  slot: Slot | undefined,
  name: string,
  members: number,
  member: number,
  offset: number,
  data: ArrayLike<number>,
): void {
  if (slot === undefined) throw new UsageError(`slot ${name}: no program of this session uses it.`);
  if (slot.kind === "data") {
    throw new UsageError(`slot ${name}: holds data of all members. Write it as a whole.`);
  }
  checkMember(member, members);
  const size = sizeOf(slot.shape);
  if (!(Number.isInteger(offset) && offset >= 0 && offset + data.length <= size)) {
    throw new UsageError(
      `slot ${name}: a part needs to lie in elements 0 to ${size - 1}, got ${data.length} from ${offset} on.`,
    );
  }
  checkValues(slot, data, member * size + offset);
}

/** @param first position of the first value in the slot, for the message */
function checkValues(slot: Slot, data: ArrayLike<number>, first: number): void {
  const { name } = slot;
  const below = slot.dtype === "int32" ? (slot.below ?? 2147483648) : Infinity;
  const low = slot.below === undefined && slot.dtype === "int32" ? -2147483648 : 0;
  const strict = slot.kind === "data" || slot.kind === "hyper";
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (slot.dtype === "int32") {
      if (Number.isInteger(value) && value >= low && value < below) continue;
      const rule = slot.below === undefined ? "32-bit integers" : `integers from 0 to ${below - 1}`;
      throw new UsageError(`slot ${name}: needs ${rule}, got ${value} at ${place(slot, first + i)}.`);
    }
    if (strict && !Number.isFinite(value)) {
      throw new UsageError(`slot ${name}: needs finite numbers, got ${value} at ${place(slot, first + i)}.`);
    }
    const broken = slot.ranges?.find((range) => !isWithin(value, range));
    if (broken !== undefined) {
      throw new UsageError(
        `slot ${name}: ${broken.why} needs ${boundsText(broken)}, got ${value} at ${place(slot, first + i)}.`,
      );
    }
  }
}

function place(slot: Slot, index: number): string {
  const row = slot.kind === "data" ? sizeOf(slot.shape.slice(1)) : sizeOf(slot.shape);
  const name = slot.kind === "data" ? "row" : "member";
  return row === 1 ? `${name} ${index}` : `${name} ${Math.floor(index / row)}, element ${index % row}`;
}

/** Checks a row number. @throws UsageError */
export function checkMember(member: number, members: number): number {
  if (Number.isInteger(member) && member >= 0 && member < members) return member;
  throw new UsageError(`member needs to be 0 to ${members - 1}, got ${member}.`);
}

/** Checks what `step` is asked. @throws UsageError */
export function checkSteps(program: string, steps: number, fromStep: number): void {
  if (Number.isInteger(steps) && steps >= 0 && Number.isInteger(fromStep) && fromStep >= 0) return;
  throw new UsageError(
    `program ${program}: steps and fromStep need to be integers >= 0, got ${steps} and ${fromStep}.`,
  );
}

/** Checks what `mergeMembers` is asked. @throws UsageError */
export function checkMerge(sources: readonly number[], weights: readonly number[]): void {
  if (sources.length > 0 && sources.length === weights.length) return;
  throw new UsageError(
    `mergeMembers: needs as many weights as sources, at least one, got ${weights.length} for ${sources.length}.`,
  );
}
