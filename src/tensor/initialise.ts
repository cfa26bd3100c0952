import { came, UsageError } from "../errors/index.ts";
import { type Key, type Stream, stream } from "../random/index.ts";
import type { Session } from "./executor.ts";
import { type Shape, sizeOf } from "./ir.ts";
import type { ParameterSpec } from "./model.ts";
import type { TrainingProgram } from "./programs.ts";
import { shapeText } from "./shapes.ts";

/**
 * The initial values of a parameter.
 * @throws UsageError when they are not as many finite numbers as its shape holds
 */
export function drawn(name: string, { shape, init }: ParameterSpec, draws: Stream): ArrayLike<number> {
  const values: unknown = init(draws, shape);
  const size = sizeOf(shape);
  const place = `parameters.${name}.init: needs to give ${size} numbers for shape ${shapeText(shape)}`;
  if (typeof values !== "object" || values === null || !("length" in values)) {
    throw new UsageError(`${place}, got ${came(values)}.`);
  }
  const list = values as ArrayLike<number>;
  if (list.length !== size) throw new UsageError(`${place}, got ${list.length}.`);
  for (let i = 0; i < size; i++) {
    if (Number.isFinite(list[i])) continue;
    throw new UsageError(`${place}, all of them finite, got ${came(list[i])} at element ${i}.`);
  }
  return list;
}

/**
 * Draws a member's parameters from the streams (key, `init/<name>`, member) and sets the optimizer's state.
 * @param member a row of the session
 * @param memberId the member's number in the streams; default the row
 */
export function initialise(
  session: Session,
  { model, initial }: TrainingProgram,
  key: Key,
  member: number,
  memberId = member,
): void {
  const starts = new Map<string, ArrayLike<number>>();
  for (const [name, spec] of Object.entries(model.parameters)) {
    const values = drawn(name, spec, stream(key, `init/${name}`, memberId));
    starts.set(name, values);
    session.write(name, member, values);
  }
  resetState(session, initial, member, starts);
}

/** `initialise` of every member, with one write per slot: the same values, for large populations. */
export function initialiseAll(
  session: Session,
  { model, initial }: TrainingProgram,
  key: Key,
  memberIds: readonly number[] = Array.from({ length: session.members }, (_, row) => row),
): void {
  const starts = new Map<string, Float64Array>();
  for (const [name, spec] of Object.entries(model.parameters)) {
    const size = sizeOf(spec.shape);
    const all = new Float64Array(size * session.members);
    memberIds.forEach((id, row) => all.set(drawn(name, spec, stream(key, `init/${name}`, id)), row * size));
    starts.set(name, all);
    session.write(name, "all", all);
  }
  for (const [name, { shape, initial: start }] of Object.entries(initial)) {
    const values =
      start.kind === "fill"
        ? filled(shape, start.value)
        : starts.get(start.name)!.map((value) => start.scale * value);
    session.write(name, "all", values);
  }
}

/** Sets the state of the optimizer to its beginning; parameters stay. */
export function resetState(
  session: Session,
  initial: TrainingProgram["initial"],
  member: number,
  starts: ReadonlyMap<string, ArrayLike<number>> = new Map(),
): void {
  for (const [name, { shape, initial: start }] of Object.entries(initial)) {
    if (start.kind === "fill") session.write(name, member, filled(shape, start.value));
    else {
      const from = starts.get(start.name) ?? session.read(start.name, member);
      session.write(
        name,
        member,
        Float64Array.from(from, (value) => start.scale * value),
      );
    }
  }
}

const filled = (shape: Shape, value: number): Float64Array => new Float64Array(sizeOf(shape)).fill(value);
