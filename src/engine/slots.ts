import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRegistry, RunPlan, SessionContext, Trainer, TrainerSession } from "./types.ts";

/** A place where one trainer session lives. */
export interface Slot {
  readonly index: number;
  busy: boolean;
  session: TrainerSession | null;
}

export interface SlotsOptions {
  readonly plan: RunPlan;
  readonly trainer: Trainer;
  readonly directory: string;
  readonly slots: number;
  readonly gpus: readonly string[];
  readonly reap: ProcessRegistry;
}

/** The slots of a run: sessions are opened when first needed and stay open, so that an exploit costs no restart. */
export interface Slots {
  readonly all: readonly Slot[];
  free(): Slot | undefined;
  open(slot: Slot): Promise<TrainerSession>;
  /** Closes one session, whose trainer can no longer be trusted; the next `open` starts a fresh one. */
  discard(slot: Slot): Promise<void>;
  close(): Promise<void>;
}

export function createSlots(options: SlotsOptions): Slots {
  const { plan, trainer, directory, gpus, reap } = options;
  const count = trainer.parallel ? options.slots : 1;
  const all: Slot[] = Array.from({ length: count }, (_, index) => ({ index, busy: false, session: null }));
  const logs = join(directory, "logs");
  const scratchOf = (slot: Slot): string => join(directory, "scratch", `slot${slot.index}`);

  const contextOf = (slot: Slot): SessionContext => {
    const scratch = scratchOf(slot);
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    mkdirSync(logs, { recursive: true });
    return {
      slot: slot.index,
      slots: count,
      logs,
      scratch,
      space: plan.space,
      metric: plan.metric.name,
      seed: plan.seed,
      devices: gpus.length === 0 ? null : gpus[slot.index % gpus.length]!,
      reap,
    };
  };

  const discard = async (slot: Slot): Promise<void> => {
    const session = slot.session;
    slot.session = null;
    if (session !== null) await session.close();
    rmSync(scratchOf(slot), { recursive: true, force: true });
  };

  return {
    all,
    free: () => all.find((slot) => !slot.busy),
    async open(slot) {
      slot.session ??= await trainer.open(contextOf(slot));
      return slot.session;
    },
    discard,
    async close() {
      const ends = await Promise.allSettled(all.map(discard));
      rmSync(join(directory, "scratch"), { recursive: true, force: true });
      const broken = ends.find((end) => end.status === "rejected");
      if (broken !== undefined) throw broken.reason;
    },
  };
}
