import { UsageError } from "../../errors/index.ts";
import type { CheckpointId } from "../../population/index.ts";
import type { Key } from "../../random/index.ts";
import { type Session, sizeOf } from "../../tensor/index.ts";
import { type ExecutionChoices, executorOf } from "./choices.ts";
import type { PopulationDefinition } from "./definition.ts";
import { slotsOf } from "./names.ts";

/** A session with the members that its rows belong to. */
export interface Crowd<W> {
  readonly session: Session;
  readonly members: readonly number[];
  readonly world: W;
  /** The rows whose state is that of a checkpoint: what can be copied without reading files. */
  readonly held: Map<string, number>;
}

/** Names a checkpoint among those of one run. */
export const heldKey = ({ member, generation, step }: CheckpointId): string =>
  `${member} ${generation} ${step}`;

/** Sessions that stay open: the population's, and one for members that train apart from it (retries, stragglers). */
const MOST_OPEN = 2;

/** Rows below which an executor may compute another way than above, in the last bits, for members of few numbers. */
const FEWEST_ROWS = 8;
const FEW_ELEMENTS = 64;

export interface Crowds<W> {
  /** The open sessions, the newest used first. */
  readonly open: readonly Crowd<W>[];
  /** A session whose rows are exactly these members, at unknown states where it is new. */
  of(members: readonly number[]): Promise<Crowd<W>>;
  close(): Promise<void>;
}

/**
 * Opens a session for these members.
 * @throws UsageError when it would need more memory than there is
 */
export async function openCrowd<W>(
  definition: PopulationDefinition<W>,
  choices: ExecutionChoices,
  key: Key,
  members: readonly number[],
): Promise<Crowd<W>> {
  const { all } = slotsOf(definition.programs);
  // A member's numbers must not depend on how many others train beside it, in no bit.
  const few = all.every(({ kind, shape }) => kind === "data" || sizeOf(shape) <= FEW_ELEMENTS);
  const rows = few ? Math.max(members.length, FEWEST_ROWS) : members.length;
  const spare = Math.max(...members) + 1;
  const { workers, relaxed, memoryLimit } = choices;
  const session = await executorOf(choices).compile(definition.programs, {
    members: rows,
    memberIds: Array.from({ length: rows }, (_, row) => members[row] ?? spare + row),
    key,
    ...(workers === undefined ? {} : { workers }),
    ...(relaxed === undefined ? {} : { relaxed }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
  for (const [name, values] of Object.entries(definition.data ?? {})) session.write(name, "all", values);
  for (const [name, value] of Object.entries(definition.constants ?? {})) {
    session.write(name, "all", new Float64Array(rows).fill(value));
  }
  const world = (definition.world?.create(members.length) ?? undefined) as W;
  return { session, members, world, held: new Map() };
}

export function crowdsOf<W>(
  definition: PopulationDefinition<W>,
  choices: ExecutionChoices,
  key: Key,
): Crowds<W> {
  const open: Crowd<W>[] = [];
  const make = (members: readonly number[]): Promise<Crowd<W>> =>
    openCrowd(definition, choices, key, members);
  return {
    open,
    async of(members) {
      const place = open.findIndex(({ members: own }) => String(own) === String(members));
      let crowd = place < 0 ? undefined : open.splice(place, 1)[0];
      if (crowd === undefined) {
        for (const old of open.splice(MOST_OPEN - 1)) await old.session.close();
        try {
          crowd = await make(members);
        } catch (error) {
          if (!(error instanceof UsageError) || open.length === 0) throw error;
          // Perhaps only the memory of the others is in the way.
          for (const old of open.splice(0)) await old.session.close();
          crowd = await make(members);
        }
      }
      open.unshift(crowd);
      return crowd;
    },
    async close() {
      await Promise.all(open.splice(0).map(({ session }) => session.close()));
    },
  };
}
