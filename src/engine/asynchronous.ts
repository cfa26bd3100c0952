import type { Member, MemberId } from "../population/index.ts";
import type { SegmentResult } from "../store/index.ts";
import { advanceMember } from "./advance.ts";
import { commitBoundary, isOpen, type Loop, reusable, taskOf } from "./loop.ts";
import { spent } from "./stop.ts";

/**
 * Every member at its own pace: whoever reaches a boundary is compared there with the others' values at the same
 * step, and goes on at once. One transaction holds its evaluation and its decision, in the order that happened.
 * @returns when the run has ended (`state.ended`) or the runner was stopped
 */
export async function runAsynchronous(loop: Loop): Promise<void> {
  const { state, runner, undecided } = loop;
  const members = (): readonly Member[] => state.population.members;
  const wants = (member: Member): boolean =>
    member.status === "active" && spent(state.plan, state.stop, member) === null;
  const untilOf = (member: Member): number =>
    Math.min(member.step + state.plan.interval, state.stop.steps ?? Number.POSITIVE_INFINITY);
  const go = (member: Member): void => {
    if (wants(member)) runner.submit(taskOf(state, member, untilOf(member)));
  };

  if (!isOpen(state)) return;
  const stored = storedResults(loop);
  for (const member of members().filter(wants)) {
    const found = stored(member);
    const result = found === undefined ? null : reusable(loop.store, state, found, untilOf(member));
    if (result === null) go(member);
    else undecided.set(member.id, result);
  }
  while (isOpen(state)) {
    const [durable] = undecided.values();
    const result = durable ?? (await runner.next());
    if (result === null) return;
    undecided.set(result.member, result);
    const rule = state.stop;
    commitBoundary(loop, [result.member], (interventions) =>
      advanceMember(state, result.evaluation, interventions),
    );
    if (!isOpen(state)) break;
    go(members().find(({ id }) => id === result.member)!);
    if (state.stop === rule) continue;
    // A later end calls members back that had used up their budget.
    for (const member of members()) {
      if (!runner.knows(member.id) && !undecided.has(member.id)) go(member);
    }
  }
  runner.stop("now");
}

/** What a process before this one made durable without coming to decide it. */
function storedResults({ store }: Loop): (member: Member) => SegmentResult | undefined {
  const read = new Map<number, ReadonlyMap<MemberId, SegmentResult>>();
  return ({ id, generation }) => {
    const known =
      read.get(generation) ?? new Map(store.segments(generation).map((result) => [result.member, result]));
    read.set(generation, known);
    return known.get(id);
  };
}
