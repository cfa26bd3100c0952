import { type Program, type Slot, unionSlots } from "../../tensor/index.ts";

/** The slots of a population's programs, by kind. */
export interface Slots {
  readonly all: readonly Slot[];
  /** What a checkpoint holds of a member. */
  readonly saved: readonly Slot[];
  readonly hyper: readonly Slot[];
}

const unions = new WeakMap<object, readonly Slot[]>();

export function slotsOf(
  programs: Readonly<Record<string, Program>>,
  savedMemory: readonly string[] = [],
): Slots {
  const all = unions.get(programs) ?? [...unionSlots(programs).values()];
  unions.set(programs, all);
  return {
    all,
    saved: all.filter(
      ({ kind, name }) =>
        kind === "parameter" || kind === "state" || (kind === "memory" && savedMemory.includes(name)),
    ),
    hyper: all.filter(({ kind }) => kind === "hyper"),
  };
}
