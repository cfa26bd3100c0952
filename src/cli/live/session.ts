import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Metrics, RunHandle, RunResult, Trainer } from "../../engine/index.ts";
import { PopulationError } from "../../errors/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import { openRunReader } from "../../store/index.ts";
import type { Requirement } from "../config/require.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Place } from "../record/locate.ts";
import { print, type World } from "../world.ts";
import type { Companion } from "./companion.ts";
import { listenToPerson, type Interruption } from "./keys.ts";
import { Live } from "./live.ts";
import { JsonLines } from "./ndjson.ts";
import { linePresenter, type Presenter, quietPresenter, terminalPresenter } from "./presenter.ts";
import { resultLines } from "./result.ts";

/** How a run is shown. */
export interface Show {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly logFormat: "text" | "json";
  /** A dashboard goes with it, when it is shown on a terminal. */
  readonly dashboard: boolean;
}

export interface Session {
  readonly handle: RunHandle;
  readonly place: Place;
  readonly trainer: Trainer;
  readonly space: SearchSpace<unknown>;
  readonly require: Requirement | null;
  readonly show: Show;
  readonly startedMs: number;
}

/**
 * Shows a run until it ends, obeys keys and signals, and prints the result on stdout.
 *
 * @throws what the run's `result` throws
 */
export async function follow(session: Session, world: World): Promise<ExitCode> {
  const { handle, place, trainer, show } = session;
  const live = new Live(place, trainer.verification === "echo", world.now());
  const json = show.json ? new JsonLines(world) : null;
  const presenter = presenterFor(show, world);
  const person = listenToPerson(handle, live, presenter, world);
  const stopClock = world.every(100, () => presenter.tick(live));
  let companion: Companion | null = null;
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    companion?.close();
    stopClock();
    person.close();
    presenter.close(live);
  };
  try {
    for await (const event of handle.events) {
      if (event.type === "started") {
        live.open(await openRunReader(place.directory));
        companion = companionOf(session, live, world);
      }
      live.observe(event, world.now());
      presenter.event(event, live);
      json?.event(event, live, place);
    }
    const result = await handle.result;
    close();
    if (live.reader === null) live.open(await openRunReader(place.directory));
    return await conclude(session, result, live, json, person.interruption(), world);
  } catch (error) {
    close();
    if (json !== null) {
      const message = error instanceof Error ? error.message : String(error);
      json.write("event", { event: "error", message });
    }
    throw withLogs(error, place, (live.run?.replayOf ?? null) !== null);
  } finally {
    close();
    live.close();
  }
}

/** Says how to go on, and where the trainers' whole output is. */
function withLogs(error: unknown, place: Place, replay: boolean): unknown {
  if (!(error instanceof PopulationError)) return error;
  // Where nothing was failed for it, or the run had ended before, the message names the way already.
  const way =
    replay || error.message.includes("Mend the trainer")
      ? ""
      : `\nMend the trainer, then go on from the last states: polytempo resume ${place.shown} --retry-failed`;
  const logs = existsSync(join(place.directory, "logs")) ? `\nlogs: ${join(place.shown, "logs")}` : "";
  return new PopulationError(`${error.message}${way}${logs}`);
}

function presenterFor(show: Show, world: World): Presenter {
  if (show.json || show.quiet) return quietPresenter(world);
  return isDrawn(show, world) ? terminalPresenter(world) : linePresenter(world, show.logFormat, show.verbose);
}

/** Redrawn in place: somebody is there who looks. */
const isDrawn = (show: Show, world: World): boolean =>
  !show.json &&
  !show.quiet &&
  !show.verbose &&
  show.logFormat === "text" &&
  world.err.isTTY &&
  world.env["TERM"] !== "dumb";

/** The dashboard beside a run on a terminal; its address appears when it is ready. */
function companionOf({ show, place }: Session, live: Live, world: World): Companion | null {
  if (!show.dashboard || !isDrawn(show, world) || world.companion === undefined) return null;
  const companion = world.companion(place.directory);
  void companion.url.then((url) => {
    live.dashboard = url;
  });
  return companion;
}

async function conclude(
  session: Session,
  result: RunResult,
  live: Live,
  json: JsonLines | null,
  interruption: Interruption | null,
  world: World,
): Promise<ExitCode> {
  const { place, require, show } = session;
  const { best } = result;
  const unfinished = result.reason === "stopped" || result.reason === "interrupted";
  const checkpoint = checkpointPath(live, best?.checkpoint ?? null);
  const test = unfinished ? null : await testOf(session, result, live);
  const met = require === null || (best !== null && require.meets(best.reevaluated?.mean ?? best.value));
  const exit: ExitCode =
    unfinished && interruption !== null
      ? interruption === "SIGTERM"
        ? exitCodes.terminated
        : exitCodes.interrupted
      : unfinished || met
        ? exitCodes.done
        : exitCodes.requirement;
  if (json !== null) json.result(result, live, { checkpoint, test, exit });
  else print(world.out, resultLines({ place, result, live, checkpoint, test, world }));
  if (unfinished && !show.json) print(world.err, [`resume     polytempo resume ${place.shown}`]);
  if (!unfinished && !met) {
    const value =
      best === null
        ? "there is no best member"
        : `the best member has ${best.reevaluated?.mean ?? best.value}`;
    print(world.err, [`not met    ${require.text}: ${value}`]);
  }
  return exit;
}

function checkpointPath(live: Live, id: NonNullable<RunResult["best"]>["checkpoint"]): string | null {
  const { reader } = live;
  if (id === null || reader === null || !reader.checkpoints.has(id)) return null;
  return reader.checkpoints.locate(id).directory;
}

/** The trainer's own test of the best member. A test that fails is told, and changes nothing. */
async function testOf(session: Session, { best }: RunResult, live: Live): Promise<Metrics | null> {
  const { trainer, space } = session;
  const id = best?.checkpoint ?? null;
  if (
    best === null ||
    id === null ||
    trainer.test === undefined ||
    live.reader?.checkpoints.has(id) !== true
  ) {
    return null;
  }
  const { directory, row } = live.reader.checkpoints.locate(id);
  return await trainer.test({ id, directory, row }, space.nest(best.hyperparameters));
}
