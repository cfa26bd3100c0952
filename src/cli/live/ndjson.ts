import type { RunEvent, RunResult } from "../../engine/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import type { World } from "../world.ts";
import type { Live } from "./live.ts";
import type { Place } from "../record/locate.ts";

/** Writes numbered JSON lines; the schema is docs/json-output.md. */
export class JsonLines {
  readonly #world: World;
  #seq = 0;

  constructor(world: World) {
    this.#world = world;
  }

  write(type: string, fields: object): void {
    this.#world.out.write(`${JSON.stringify({ v: 1, seq: this.#seq++, type, ...fields }, plainNumbers)}\n`);
  }

  event(event: RunEvent, live: Live, place: Place): void {
    const { run } = live;
    if (event.type === "started" && run !== null) {
      this.write("run", {
        name: place.name,
        directory: place.directory,
        resumedFrom: event.resumedFrom,
        members: run.members,
        seed: run.seed,
        metric: run.metric,
        mode: run.mode,
        interval: run.interval,
        stop: run.stop,
      });
    } else if (event.type === "segment" && event.state !== "running") {
      const { member, generation, step, value, state, message } = event;
      this.write("member", {
        member: live.nameOf(member),
        generation,
        step,
        value,
        state,
        ...(message === undefined ? {} : { message }),
      });
    } else if (event.type === "generation") {
      const { diagnostics: measures, best } = event;
      this.write("generation", {
        generation: event.generation,
        best: best === null ? null : { member: live.nameOf(best.member), value: best.value },
        quantiles: measures.quantiles,
        alive: live.progress.alive,
        failed: measures.failed,
        copies: live.progress.copies.map(({ member, donor }) => ({
          member: live.nameOf(member),
          donor: live.nameOf(donor),
        })),
        price: measures.price,
        selectionDifferential: measures.selectionDifferential,
        effectiveSize: measures.effectiveSize,
        survivingFounders: measures.survivingFounders,
        effectiveLineages: measures.effectiveLineages,
        diversity: measures.diversity,
        ...(measures.distance === undefined ? {} : { distance: measures.distance }),
        ...(measures.metric === undefined ? {} : { metric: measures.metric }),
        separation: event.separation,
        ...(measures.note === undefined ? {} : { note: measures.note }),
        ...(measures.temporal === undefined ? {} : { temporal: measures.temporal }),
      });
    } else if (event.type === "control") {
      this.write("event", {
        event: event.action,
        member: event.member === null ? null : live.nameOf(event.member),
        by: event.by,
      });
    } else if (event.type === "quiet") {
      this.write("event", { event: "paused" });
    } else if (event.type === "interval") {
      const { generation, before, interval, reasons } = event;
      this.write("interval", { generation, before, interval, reasons });
    } else if (event.type === "warning") {
      this.write("event", { event: "warning", message: event.message });
    }
  }

  result(result: RunResult, live: Live, extra: Extra): void {
    const { best } = result;
    this.write("result", {
      reason: result.reason,
      generation: result.generation,
      best:
        best === null
          ? null
          : {
              member: live.nameOf(best.member),
              generation: best.generation,
              step: best.step,
              value: best.value,
              ...(best.reevaluated === undefined ? {} : { reevaluated: best.reevaluated }),
              hyperparameters: best.hyperparameters,
              schedule: result.lineage
                .schedule(best.member, best.generation)
                .map(({ fromStep, hyperparameters }): ScheduleLine => ({ fromStep, hyperparameters })),
              checkpoint: extra.checkpoint,
            },
      ...(result.finalists.length === 0
        ? {}
        : {
            finalists: result.finalists.map(({ member, generation, step, value, values, reevaluated }) => ({
              member: live.nameOf(member),
              generation,
              step,
              value,
              values,
              mean: reevaluated?.mean ?? null,
              interval: reevaluated?.interval ?? null,
            })),
          }),
      ...(result.soup === null ? {} : { soup: result.soup }),
      ...(extra.test === null ? {} : { test: extra.test }),
      exit: extra.exit,
    });
  }
}

interface ScheduleLine {
  readonly fromStep: number;
  readonly hyperparameters: Hyperparameters;
}

export interface Extra {
  readonly checkpoint: string | null;
  readonly test: Readonly<Record<string, number>> | null;
  readonly exit: number;
}

/** NaN and infinities have no JSON: they become null. */
const plainNumbers = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;
