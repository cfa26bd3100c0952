import { StoreError } from "../../errors/index.ts";
import type { Segment } from "../../engine/index.ts";
import type { Key } from "../../random/index.ts";
import type { PopulationDefinition } from "./definition.ts";
import type { Slots } from "./names.ts";
import { type Crowd, heldKey } from "./sessions.ts";
import { restore, type State, type StateReader, stateOf, worldOf } from "./states.ts";

export interface LoadContext<W> {
  readonly definition: PopulationDefinition<W>;
  readonly slots: Slots;
  readonly key: Key;
  readonly reader: StateReader;
  /** All open sessions, the target's among them. */
  readonly open: readonly Crowd<W>[];
}

/**
 * Brings every row of a session to the state that its segment starts from: a row that is there already stays, a state
 * that some session holds is copied, the rest is read from checkpoints. All three give the same bits.
 * @returns the rows that could not be loaded, with the reason
 */
export async function loadRows<W>(
  crowd: Crowd<W>,
  segments: readonly Segment[],
  context: LoadContext<W>,
): Promise<Map<number, string>> {
  const { definition, slots, key, reader, open } = context;
  const { session, world, held } = crowd;
  const put = (row: number, state: State): void => {
    restore(session, slots.saved, row, state);
    definition.world?.load(world, row, worldOf(state));
  };
  const problems = new Map<number, string>();
  const within: { readonly from: number; readonly to: number }[] = [];
  const states = new Map<number, State>();

  for (const [row, { load }] of segments.entries()) {
    if (load === null) continue;
    const own = held.get(heldKey(load.id));
    if (own !== undefined) {
      if (own !== row) within.push({ from: own, to: row });
      continue;
    }
    const other = open.find(({ held: rows }) => rows.has(heldKey(load.id)));
    try {
      states.set(
        row,
        other === undefined ? await reader.read(load.directory, load.row ?? 0) : copyOf(other, load.id),
      );
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      problems.set(row, error.message);
    }
  }

  function copyOf(from: Crowd<W>, id: Parameters<typeof heldKey>[0]): State {
    const row = from.held.get(heldKey(id))!;
    return stateOf(from.session, slots.saved, row, definition.world?.save(from.world, row) ?? {});
  }

  // Donors that are overwritten themselves: their state is taken out first.
  const targets = new Set([
    ...within.map(({ to }) => to),
    ...states.keys(),
    ...segments.flatMap(({ load }, row) => (load === null ? [row] : [])),
  ]);
  const kept = new Map<number, State>();
  for (const { from } of within) {
    if (!targets.has(from) || kept.has(from)) continue;
    kept.set(from, stateOf(session, slots.saved, from, definition.world?.save(world, from) ?? {}));
  }
  for (const { from, to } of within) {
    const state = kept.get(from);
    if (state !== undefined) {
      put(to, state);
      continue;
    }
    session.copyMember(from, to);
    for (const { kind, name } of slots.saved) {
      if (kind === "memory") session.write(name, to, session.read(name, from));
    }
    if (definition.world !== undefined) {
      const copied = definition.world.save(world, from);
      definition.world.load(
        world,
        to,
        Object.fromEntries(Object.entries(copied).map(([name, values]) => [name, values.slice()])),
      );
    }
  }
  for (const [row, state] of states) {
    try {
      put(row, state);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      problems.set(row, error.message);
    }
  }
  for (const [row, { load, member }] of segments.entries()) {
    if (load !== null && !problems.has(row)) continue;
    definition.initialise(session, key, row, member);
    definition.world?.begin(world, row, member, key);
  }
  held.clear();
  return problems;
}
