import { type Key, stream } from "../random/index.ts";
import type { Session } from "./executor.ts";
import { type Shape, sizeOf } from "./ir.ts";
import type { TrainingProgram } from "./programs.ts";

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
  const drawn = new Map<string, ArrayLike<number>>();
  for (const [name, { shape, init }] of Object.entries(model.parameters)) {
    const values = init(stream(key, `init/${name}`, memberId), shape);
    drawn.set(name, values);
    session.write(name, member, values);
  }
  resetState(session, initial, member, drawn);
}

/** `initialise` of every member, with one write per slot: the same values, for large populations. */
export function initialiseAll(
  session: Session,
  { model, initial }: TrainingProgram,
  key: Key,
  memberIds: readonly number[] = Array.from({ length: session.members }, (_, row) => row),
): void {
  const drawn = new Map<string, Float64Array>();
  for (const [name, { shape, init }] of Object.entries(model.parameters)) {
    const size = sizeOf(shape);
    const all = new Float64Array(size * session.members);
    memberIds.forEach((id, row) => all.set(init(stream(key, `init/${name}`, id), shape), row * size));
    drawn.set(name, all);
    session.write(name, "all", all);
  }
  for (const [name, { shape, initial: start }] of Object.entries(initial)) {
    const values =
      start.kind === "fill"
        ? filled(shape, start.value)
        : drawn.get(start.name)!.map((value) => start.scale * value);
    session.write(name, "all", values);
  }
}

/** Sets the state of the optimizer to its beginning; parameters stay. */
export function resetState(
  session: Session,
  initial: TrainingProgram["initial"],
  member: number,
  drawn: ReadonlyMap<string, ArrayLike<number>> = new Map(),
): void {
  for (const [name, { shape, initial: start }] of Object.entries(initial)) {
    if (start.kind === "fill") session.write(name, member, filled(shape, start.value));
    else {
      const from = drawn.get(start.name) ?? session.read(start.name, member);
      session.write(
        name,
        member,
        Float64Array.from(from, (value) => start.scale * value),
      );
    }
  }
}

const filled = (shape: Shape, value: number): Float64Array => new Float64Array(sizeOf(shape)).fill(value);
