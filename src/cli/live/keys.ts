import type { RunHandle } from "../../engine/index.ts";
import type { World } from "../world.ts";
import type { Live } from "./live.ts";
import type { Presenter } from "./presenter.ts";

export type Interruption = "SIGINT" | "SIGTERM";

export interface Person {
  /** The signal that ended the run; null when none came. */
  interruption(): Interruption | null;
  close(): void;
}

const controlC = String.fromCharCode(3);

/**
 * Keys and signals: Ctrl-C once stops after the running segments, twice at once; SIGTERM stops at once (what is running
 * then starts again on resume).
 */
export function listenToPerson(handle: RunHandle, live: Live, presenter: Presenter, world: World): Person {
  let interruption: Interruption | null = null;
  const interrupt = (signal: Interruption): void => {
    const again = interruption !== null;
    interruption ??= signal;
    const now = signal === "SIGTERM" || again;
    live.phase = "stopping";
    handle.stop(now ? "now" : "segment");
    presenter.say(now ? "stopping now" : "stopping after the running segments; Ctrl-C again: now");
  };
  const keys: Readonly<Record<string, () => void>> = {
    [controlC]: () => interrupt("SIGINT"),
    p: () => {
      if (live.phase === "paused" || live.phase === "pausing") handle.unpause();
      else handle.pause();
    },
    s: () => {
      live.phase = "stopping";
      handle.stop("segment");
    },
    d: () => {
      if (live.dashboard !== null) world.browse?.(live.dashboard);
    },
    a: () => {
      live.showAll = !live.showAll;
    },
    "?": () => {
      live.showKeys = !live.showKeys;
    },
  };
  const offSignals = world.onInterrupt(interrupt);
  const offKeys = world.onKey((key) => keys[key]?.());
  return {
    interruption: () => interruption,
    close: () => {
      offKeys();
      offSignals();
    },
  };
}
