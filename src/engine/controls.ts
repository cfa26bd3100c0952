import { memberName } from "../population/index.ts";
import type { ControlRequest, RunStore } from "../store/index.ts";
import type { EventHub } from "./events.ts";
import type { FaultPoint } from "./faults.ts";
import type { Intervention } from "./log.ts";
import type { RunState } from "./state.ts";
import { stopProblems } from "./stop.ts";
import type { StopRule } from "./types.ts";

/** What a request does to the run at once. */
export interface ControlTarget {
  pause(): void;
  unpause(): void;
  stop(when: "segment" | "now"): void;
}

export interface Controls {
  /** Requests that a process which is gone did not come to: pauses and stops lapse, interventions stay. */
  dropStale(): void;
  /** Looks for requests; executes those that act at once, keeps the others for the next boundary. */
  poll(): void;
  /** Interventions that take effect at a boundary of these members; acknowledge them with `settle` in its transaction. */
  take(members: ReadonlySet<number>): readonly Intervention[];
  settle(): void;
  /** A pause has taken hold: nothing runs any more, and what ran is decided on. Said once for each pause. */
  quiet(): void;
  /** Answers what came too late. */
  refuseRest(): void;
}

interface Waiting {
  readonly id: number;
  readonly intervention: Intervention;
}

export function createControls(
  store: RunStore,
  state: RunState,
  hub: EventHub,
  target: ControlTarget,
  fault: (point: FaultPoint) => void,
): Controls {
  const seen = new Set<number>();
  let waiting: Waiting[] = [];
  let taken: readonly Waiting[] = [];
  let pausing = false;

  const note = (request: ControlRequest, outcome: string): void => {
    store.appendOperation({
      kind: "control",
      ...(request.member === null ? {} : { member: request.member }),
      detail: { action: request.action, by: request.by, outcome, detail: request.detail },
    });
  };

  const answer = (request: ControlRequest, outcome: string): void => {
    store.transaction(() => {
      note(request, outcome);
      store.acknowledgeControl(request.id, outcome);
    });
  };

  const interventionOf = (request: ControlRequest): Intervention | string => {
    const { plan, population } = state;
    if (plan.legs !== undefined) return "refused: a replay decides nothing";
    if (request.action === "change-stop") {
      const stop = (request.detail ?? {}) as StopRule;
      const problems = stopProblems(stop);
      return problems.length > 0 ? `refused: ${problems.join("; ")}` : { action: "change-stop", stop };
    }
    const member = population.members.find(({ id }) => id === request.member);
    if (member === undefined) return `refused: there is no member ${request.member}`;
    if (member.status === "retired")
      return `refused: ${memberName(member.id, plan.members)} is retired already`;
    return { action: "retire", member: member.id };
  };

  const execute = (request: ControlRequest): void => {
    hub.emit({ type: "control", action: request.action, member: request.member, by: request.by });
    switch (request.action) {
      case "pause":
        answer(request, "done");
        pausing = true;
        target.pause();
        return;
      case "unpause":
        answer(request, "done");
        pausing = false;
        target.unpause();
        return;
      case "stop":
        answer(request, "done");
        target.stop("segment");
        return;
      case "stop-now":
        answer(request, "done");
        target.stop("now");
        return;
      case "retire":
      case "change-stop": {
        const intervention = interventionOf(request);
        if (typeof intervention === "string") {
          answer(request, intervention);
          hub.emit({ type: "warning", message: `${request.action}: ${intervention}` });
        } else {
          note(request, "waits for the next boundary");
          waiting.push({ id: request.id, intervention });
        }
      }
    }
  };

  return {
    dropStale() {
      for (const request of store.pendingControls()) {
        if (request.action !== "retire" && request.action !== "change-stop") {
          answer(request, "lapsed: the run was resumed");
        }
      }
    },
    poll() {
      for (const request of store.pendingControls()) {
        if (seen.has(request.id)) continue;
        seen.add(request.id);
        execute(request);
        fault("control-taken");
      }
    },
    take(members) {
      taken = waiting.filter(
        ({ intervention }) => intervention.action !== "retire" || members.has(intervention.member),
      );
      return taken.map(({ intervention }) => intervention);
    },
    settle() {
      for (const { id } of taken) store.acknowledgeControl(id, "done");
      const done = new Set(taken);
      waiting = waiting.filter((entry) => !done.has(entry));
      taken = [];
    },
    quiet() {
      if (!pausing) return;
      pausing = false;
      store.appendOperation({ kind: "quiet" });
      hub.emit({ type: "quiet" });
    },
    refuseRest() {
      for (const { id } of waiting) store.acknowledgeControl(id, "too late: the run has ended");
      waiting = [];
    },
  };
}
