import type { RunEvent } from "../../engine/index.ts";
import { plain, plainLines } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { logJson, logLine, timestamp } from "../view/line.ts";
import type { ViewModel } from "../view/model.ts";
import { render } from "../view/render.ts";
import { Screen } from "../view/screen.ts";
import { print, type World } from "../world.ts";

/** What a presenter asks of a live run. */
export interface Viewed {
  /** null until the log can be read. */
  view(nowMs: number): ViewModel | null;
  nameOf(member: number): string;
}

/** Shows a live run in one of several ways. */
export interface Presenter {
  /** After the live state has taken the event in. */
  event(event: RunEvent, live: Viewed): void;
  /** Several times a second. */
  tick(live: Viewed): void;
  /** Something that must be read. */
  say(line: string): void;
  close(live: Viewed): void;
}

/** Redrawn in place on a terminal. */
export function terminalPresenter(world: World): Presenter {
  const screen = new Screen(world.err);
  const draw = (live: Viewed): void => {
    const model = live.view(world.now());
    if (model !== null) screen.draw(render(model, world.err), world.now());
  };
  return {
    event() {},
    tick: (live) => {
      if (screen.due(world.now())) draw(live);
    },
    say: (line) => screen.above([line]),
    close: (live) => {
      draw(live);
      screen.close();
    },
  };
}

/** One line per generation, at most one in `leastMs`; failures and warnings at once. */
export function linePresenter(
  world: World,
  format: "text" | "json",
  verbose: boolean,
  leastMs = 30_000,
): Presenter {
  let lastMs = Number.NEGATIVE_INFINITY;
  let pending = false;
  /** What failures have said: the whole of it is told once, not for every member. */
  const told = new Set<string>();
  const put = (line: string): void => print(world.err, [world.err.style.unicode ? line : ascii(line)]);
  const note = (level: string, message: string, tail: readonly string[] = []): void => {
    const time = timestamp(world.now());
    if (format === "json") {
      put(JSON.stringify({ time, level, message, ...(tail.length === 0 ? {} : { tail }) }));
      return;
    }
    put(`${time} ${level}: ${message}`);
    for (const line of tail) put(`    ${line}`);
  };
  const generation = (live: Viewed): void => {
    const model = live.view(world.now());
    if (model === null) return;
    put(format === "json" ? logJson(model, world.now()) : logLine(model, world.now()));
    lastMs = world.now();
    pending = false;
  };
  return {
    event: (event, live) => {
      if (event.type === "generation") {
        if (world.now() - lastMs >= leastMs) generation(live);
        else pending = true;
      } else if (event.type === "segment") {
        const failed = event.state === "failed" || event.state === "retry" || event.state === "lost";
        const where = `${live.nameOf(event.member)} generation ${event.generation + 1} step ${event.step}`;
        if (failed) {
          const text = event.message ?? "";
          const [first = "", ...tail] = plainLines(text).filter((line) => line !== "");
          note(event.state, `${where}: ${first}`, told.has(text) ? [] : tail);
          told.add(text);
        } else if (verbose)
          note(event.state, `${where}${event.value === null ? "" : ` value ${event.value}`}`);
      } else if (event.type === "warning") {
        note("warning", plain(event.message));
      } else if (event.type === "interval") {
        note("interval", `${event.before} → ${event.interval} steps: ${event.reasons.join("; ")}`);
      } else if (event.type === "control") {
        note("control", `${event.action} by ${plain(event.by)}`);
      } else if (event.type === "quiet") {
        note("paused", "what ran is finished and saved; unpause to go on");
      }
    },
    tick: (live) => {
      if (pending && world.now() - lastMs >= leastMs) generation(live);
    },
    say: (line) => note("note", line),
    close: (live) => {
      if (pending) generation(live);
    },
  };
}

/** Nothing but failures to start or end. */
export const quietPresenter = (world: World): Presenter => ({
  event() {},
  tick() {},
  say: (line) => print(world.err, [line]),
  close() {},
});
