import { Refusal, badParameter } from "./failure.ts";
import { nameOf } from "./data/facts.ts";
import type { OpenRun } from "./openRun.ts";
import type { ControlAnswer, ControlBody } from "./types.ts";
import { stopProblems } from "../engine/index.ts";
import type { Json } from "../space/index.ts";

const actions: readonly ControlBody["action"][] = [
  "pause",
  "unpause",
  "stop",
  "stop-now",
  "retire",
  "change-stop",
];

/**
 * Leaves a person's request for the process that trains the run. Nothing else is written; the engine acknowledges it in
 * the operations log.
 * @throws Refusal 400 for a request that makes no sense, 409 when no process would take it
 */
export function requestControl(run: OpenRun, body: unknown): ControlAnswer {
  const wanted = (typeof body === "object" && body !== null ? body : {}) as Partial<ControlBody>;
  const action = actions.find((known) => known === wanted.action);
  if (action === undefined) throw badParameter(`action: needs one of ${actions.join(", ")}`);
  if (run.facts.legs.length > 0 && (action === "retire" || action === "change-stop")) {
    throw new Refusal(
      409,
      "not-live",
      "A replay decides nothing: it has no members to retire and no rule to change.",
    );
  }
  const { phase } = run.standing();
  if (phase !== "live") {
    throw new Refusal(409, "not-live", `No process of this machine trains this run: it is ${phase}.`);
  }
  const member = action === "retire" ? memberOf(run, wanted.member) : null;
  const stop = action === "change-stop" ? stopOf(wanted.stop) : null;
  const id = run.reader.requestControl({ action, member, detail: stop as Json, by: "human" });
  return { id, effect: effectOf(run, action, member) };
}

function memberOf(run: OpenRun, member: unknown): number {
  const found = run.fold.members.find(({ id }) => id === member);
  if (found === undefined) throw badParameter("member: needs the number of a member of this run");
  if (found.retired)
    throw new Refusal(409, "parameter", `${nameOf(run.facts, found.id)} is retired already.`);
  return found.id;
}

function stopOf(stop: unknown): { readonly [name: string]: number } {
  if (typeof stop !== "object" || stop === null || Array.isArray(stop)) {
    throw badParameter("stop: needs { steps }, { generations } …");
  }
  const problems = stopProblems(stop);
  if (problems.length > 0) throw badParameter(problems.join("; "));
  return stop as { readonly [name: string]: number };
}

/** What will happen, for the page to say before it asks. */
export function effectOf(run: OpenRun, action: ControlBody["action"], member: number | null): string {
  const { fold, facts } = run;
  const running = fold.members.filter(({ retired }) => !retired).length;
  switch (action) {
    case "pause":
      return "Running segments go on to their end, and no new one begins; nothing is lost.";
    case "unpause":
      return "New segments begin again.";
    case "stop":
      return `The run ends after the running segments of ${running} members; all states are saved.`;
    case "stop-now":
      return `Up to ${running} members mid-segment lose at most ${fold.interval} steps each.`;
    case "retire":
      return `${nameOf(facts, member!)} trains no more from its next boundary on. This cannot be undone, and the seed alone no longer reproduces the run.`;
    case "change-stop":
      return "The rule of stopping changes at the next boundary. The seed alone no longer reproduces the run.";
  }
}
