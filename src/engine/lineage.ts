import type { CheckpointId, MemberId } from "../population/index.ts";
import type { Hyperparameters } from "../space/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import { readDecision, readEvaluation, readFounder } from "./log.ts";
import type { Leg, Lineage, ScheduleEntry } from "./types.ts";

export interface Node {
  readonly member: MemberId;
  readonly generation: number;
  readonly hyperparameters: Hyperparameters;
  /** The state that the segment started from: (member, generation) of it is the parent node. */
  readonly from: CheckpointId | null;
  /** Where the segment ended; null while it has not. */
  untilStep: number | null;
  value: number | null;
  /** What the slow step at its end compared. */
  score: number | null;
}

/** A lineage that grows with the log. */
export interface GrowingLineage extends Lineage {
  add(event: DecisionEvent): void;
  node(member: MemberId, generation: number): Readonly<Node> | undefined;
}

/**
 * Reads the ancestry out of a decision log. A node is one segment: (member, its generation). What it started from, a
 * member's own last state or a donor's, is in the decision before it, so synchronous and asynchronous runs read alike.
 * @example
 * lineageOf(reader.decisions()).schedule(7);
 */
export function lineageOf(events: Iterable<DecisionEvent>): Lineage {
  const lineage = createLineage();
  for (const event of events) lineage.add(event);
  return lineage;
}

/** An empty lineage, to be fed with a decision log from its first event on. */
export function createLineage(): GrowingLineage {
  /** By member, then by its generation. */
  const nodes = new Map<MemberId, Node[]>();
  const best = new Map<MemberId, { readonly generation: number; readonly value: number }>();
  const newest = new Map<MemberId, number>();
  let sign: 1 | -1 = 1;
  let names: readonly string[] = [];
  let legs: readonly Leg[] | undefined;
  let walked = 0;

  const begin = (node: Omit<Node, "untilStep" | "value" | "score">): void => {
    const own = nodes.get(node.member) ?? [];
    nodes.set(node.member, own);
    own[node.generation] = { ...node, untilStep: null, value: null, score: null };
  };

  const find = (member: MemberId, generation: number): Node | undefined => nodes.get(member)?.[generation];

  const end = (event: DecisionEvent): void => {
    const { step, value, status } = readEvaluation(event);
    if (legs !== undefined) addLeg(legs, walked++);
    const member = event.member!;
    const node = find(member, event.generation);
    if (node === undefined || status !== "ok") return;
    node.untilStep = step;
    node.value = value;
    newest.set(member, event.generation);
    const known = best.get(member);
    if (value !== null && (known === undefined || sign * value > sign * known.value)) {
      best.set(member, { generation: event.generation, value });
    }
  };

  const add = (event: DecisionEvent): void => {
    const { kind, generation, member } = event;
    if (kind === "run") {
      names = spaceNames(event);
      sign = (event.body.metric as { readonly mode: string }).mode === "max" ? 1 : -1;
      legs = event.body.legs as unknown as readonly Leg[] | undefined;
    } else if (kind === "founder" && legs === undefined) {
      begin({ member: member!, generation: 0, hyperparameters: readFounder(event, names), from: null });
    } else if (kind === "decision") {
      const { hyperparameters, checkpoint, score } = readDecision(event, names);
      const scored = find(member!, generation);
      if (scored !== undefined) scored.score = score;
      begin({ member: member!, generation: generation + 1, hyperparameters, from: checkpoint });
    } else if (kind === "evaluation") {
      end(event);
    }
  };

  function addLeg(all: readonly Leg[], index: number): void {
    const leg = all[index]!;
    const before = all[index - 1];
    const from =
      before === undefined
        ? null
        : { member: before.member, generation: before.generation, step: before.untilStep };
    begin({ member: leg.member, generation: leg.generation, hyperparameters: leg.hyperparameters, from });
  }

  const chain = (member: MemberId, generation?: number): Node[] => {
    const start = generation ?? best.get(member)?.generation ?? newest.get(member);
    const found: Node[] = [];
    let node = start === undefined ? undefined : find(member, start);
    while (node !== undefined) {
      found.push(node);
      node = node.from === null ? undefined : find(node.from.member, node.from.generation);
    }
    return found.toReversed();
  };

  const pathTo = (member: MemberId, generation?: number): readonly Leg[] =>
    chain(member, generation)
      .filter(({ untilStep }) => untilStep !== null)
      .map((node) => ({
        member: node.member,
        generation: node.generation,
        fromStep: node.from?.step ?? 0,
        untilStep: node.untilStep!,
        hyperparameters: node.hyperparameters,
      }));

  return {
    add,
    node: find,
    legs: pathTo,
    schedule: (member, generation) => joined(pathTo(member, generation)),
    ancestry: (member, generation) =>
      pathTo(member, generation)
        .toReversed()
        .map((leg) => leg.member)
        .filter((id, i, all) => i === 0 || all[i - 1] !== id),
  };
}

const spaceNames = (event: DecisionEvent): readonly string[] =>
  (event.body.space as unknown as readonly { readonly name: string }[]).map(({ name }) => name);

const sameValues = (a: Hyperparameters, b: Hyperparameters): boolean =>
  Object.keys(a).every((name) => a[name] === b[name]);

/** Legs with equal hyperparameters one after the other, as one stretch. */
function joined(legs: readonly Leg[]): ScheduleEntry[] {
  const entries: ScheduleEntry[] = [];
  for (const { fromStep, untilStep, hyperparameters } of legs) {
    const last = entries.at(-1);
    if (last !== undefined && sameValues(last.hyperparameters, hyperparameters)) {
      entries[entries.length - 1] = { ...last, untilStep };
    } else {
      entries.push({ fromStep, untilStep, hyperparameters });
    }
  }
  return entries;
}
