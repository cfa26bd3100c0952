import type { Best, Leg, RunResult } from "../../engine/index.ts";
import { type Decision, type Diagnostics, type MemberId, memberName } from "../../population/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import type { StoredDecisionEvent } from "../../store/index.ts";

/** What fixes a run, as its log's first event says. */
export interface RunFacts {
  readonly members: number;
  readonly seed: number;
  readonly interval: number;
  /** The interval is fitted to what the run measures. */
  readonly automatic: boolean;
  readonly mode: "synchronous" | "asynchronous";
  readonly metric: { readonly name: string; readonly mode: "min" | "max" };
  readonly stop: { readonly [name: string]: number };
  readonly rules: Json;
  readonly space: readonly { readonly [name: string]: Json }[];
  readonly names: readonly string[];
  /** A replay of one member of a population of this size; null for a population. */
  readonly replayOf: number | null;
  /** What a replay walks; empty for a population. */
  readonly legs: readonly Leg[];
}

type Soup = NonNullable<RunResult["soup"]>;

/** One segment of a lineage. */
interface Node {
  readonly member: MemberId;
  readonly parent: Node | null;
}

export interface MemberProgress {
  readonly id: MemberId;
  founder: MemberId;
  /** Of its running segment. */
  hyperparameters: Hyperparameters;
  /** What its newest evaluation was trained with; null before the first. */
  evaluated: Hyperparameters | null;
  /** Slow steps of its own. */
  generation: number;
  step: number;
  /** Of the newest evaluation, and of the one before. */
  value: number | null;
  before: number | null;
  cause: string | null;
  /** Set while the newest decision was a copy. */
  donor: MemberId | null;
  retired: boolean;
}

/**
 * Where a run stands, folded from its decision log one event at a time: for views, which read what was decided and do
 * not derive it again.
 */
export class Progress {
  run: RunFacts | null = null;
  readonly members = new Map<MemberId, MemberProgress>();
  /** Slow steps done. */
  generation = 0;
  alive = 0;
  best: Best | null = null;
  diagnostics: Diagnostics | null = null;
  /** Copies and failures of the newest generation, by member. */
  copies: { readonly member: MemberId; readonly donor: MemberId }[] = [];
  interventions = 0;
  /** The rules of stopping that a resume put in place of others, in order. */
  readonly stopChanges: { readonly from: RunFacts["stop"]; readonly to: RunFacts["stop"] }[] = [];
  /** The mean of finalists' states, where it measured better than the winner. */
  soup: Soup | null = null;
  end: string | null = null;
  /** The next event to read. */
  nextSeq = 0;
  readonly #nodes = new Map<MemberId, Node>();
  /** By member and generation: the winner may be another than the best value seen. */
  readonly #evaluated = new Map<string, Node>();
  #bestNode: Node | null = null;

  /** Reads on from where it stood; returns how many events were new. */
  read(events: Iterable<StoredDecisionEvent>): number {
    const before = this.nextSeq;
    for (const event of events) this.apply(event);
    return this.nextSeq - before;
  }

  apply(event: StoredDecisionEvent): void {
    const { kind, member, body } = event;
    this.nextSeq = event.seq + 1;
    if (kind === "run") this.#begin(body);
    else if (kind === "founder") this.#found(member!, body["hyperparameters"] as Hyperparameters);
    else if (kind === "evaluation") this.#evaluate(member!, body);
    else if (kind === "decision")
      this.#decide(member!, { member: member!, ...(body as unknown as Omit<Decision, "member">) });
    else if (kind === "generation") this.#close(event);
    else if (kind === "intervention") this.#intervene(member, body);
    else if (kind === "end") this.#finish(body);
    else if (kind === "interval" && this.run !== null) {
      this.run = { ...this.run, interval: body["interval"] as number };
    }
  }

  /** `m07`. */
  nameOf(id: MemberId): string {
    return memberName(id, this.run?.replayOf ?? this.run?.members ?? 1);
  }

  /** The best member, then those it was copied from, newest first. */
  bestAncestry(): string[] {
    const names: string[] = [];
    const legs = this.run?.legs ?? [];
    // The legs of a replay are the lineage; its own generations count them.
    for (const { member, fromStep } of legs.toReversed()) {
      if (fromStep >= (this.best?.step ?? 0)) continue;
      if (names.at(-1) !== this.nameOf(member)) names.push(this.nameOf(member));
    }
    if (legs.length > 0) return names;
    for (let node = this.#bestNode; node !== null; node = node.parent) {
      const name = this.nameOf(node.member);
      if (names.at(-1) !== name) names.push(name);
    }
    return names;
  }

  /** A replay goes on with the next leg. */
  #walk(member: MemberProgress): void {
    const legs = this.run?.legs ?? [];
    const next = legs[member.generation + 1];
    if (legs.length === 0) return;
    member.generation += 1;
    this.generation = member.generation;
    if (next !== undefined) member.hyperparameters = next.hyperparameters;
  }

  #finish(body: StoredDecisionEvent["body"]): void {
    this.end = body["reason"] as string;
    this.soup = (body["soup"] ?? null) as unknown as Soup | null;
    const best = body["best"] as unknown as Best | null | undefined;
    if (best === null || best === undefined) return;
    this.best = best;
    this.#bestNode = this.#evaluated.get(`${best.member} ${best.generation}`) ?? this.#bestNode;
  }

  #begin(body: StoredDecisionEvent["body"]): void {
    const facts = body as unknown as RunFacts & { readonly sourceMembers?: number; readonly adaptive?: Json };
    this.run = {
      members: facts.members,
      seed: facts.seed,
      interval: facts.interval,
      automatic: facts.adaptive !== undefined,
      mode: facts.mode,
      metric: facts.metric,
      stop: facts.stop,
      rules: facts.rules,
      space: facts.space,
      names: facts.space.map((law) => String(law["name"] as string)),
      replayOf: facts.legs === undefined ? null : (facts.sourceMembers ?? facts.members),
      legs: facts.legs ?? [],
    };
    this.alive = facts.members;
  }

  #found(id: MemberId, hyperparameters: Hyperparameters): void {
    this.members.set(id, {
      id,
      founder: id,
      hyperparameters,
      evaluated: null,
      generation: 0,
      step: 0,
      value: null,
      before: null,
      cause: null,
      donor: null,
      retired: false,
    });
    this.#nodes.set(id, { member: id, parent: null });
  }

  #evaluate(id: MemberId, body: StoredDecisionEvent["body"]): void {
    // A replay has one member, which walks through the segments of many.
    const member = this.members.get((this.run?.replayOf ?? null) === null ? id : 0)!;
    const value = body["value"] as number | null;
    const failed = body["status"] === "failed";
    member.before = member.value ?? member.before;
    member.value = failed ? null : value;
    member.evaluated = member.hyperparameters;
    member.cause = failed ? String((body["cause"] ?? "failed") as string) : null;
    member.donor = null;
    if (!failed) member.step = body["step"] as number;
    if (failed || this.run === null) return;
    this.#compare(id, member, body, value);
    this.#walk(member);
  }

  #compare(
    id: MemberId,
    member: MemberProgress,
    body: StoredDecisionEvent["body"],
    value: number | null,
  ): void {
    const own = this.#nodes.get(id);
    if (own !== undefined) this.#evaluated.set(`${id} ${member.generation}`, own);
    if (value === null || this.run === null) return;
    const sign = this.run.metric.mode === "max" ? 1 : -1;
    if (this.best !== null && sign * value <= sign * this.best.value) return;
    this.best = {
      member: id,
      generation: member.generation,
      value,
      step: body["step"] as number,
      checkpoint: (body["checkpoint"] ?? null) as unknown as Best["checkpoint"],
      hyperparameters: member.hyperparameters,
    };
    this.#bestNode = this.#nodes.get(id) ?? null;
  }

  #decide(id: MemberId, decision: Decision): void {
    const { donor, checkpoint } = decision;
    const from = donor ?? id;
    // What is copied may be an earlier state of the donor, which has become a copy since (asynchronous runs).
    const copied = checkpoint === null ? undefined : `${checkpoint.member} ${checkpoint.generation}`;
    const known = donor === null || copied === undefined ? undefined : this.#evaluated.get(copied);
    const node = known ?? this.#nodes.get(from) ?? null;
    this.#pending.set(id, {
      node: donor === null ? node : { member: id, parent: node },
      founder: this.members.get(from)!.founder,
      decision,
    });
    if (this.run?.mode === "asynchronous") this.#settle();
  }

  /** Decisions of one generation take effect together: donors are meant as they were before it. */
  readonly #pending = new Map<
    MemberId,
    { readonly node: Node | null; readonly founder: MemberId; readonly decision: Decision }
  >();

  #settle(): void {
    for (const [id, { node, founder, decision }] of this.#pending) {
      const member = this.members.get(id)!;
      if (node !== null) this.#nodes.set(id, node);
      member.founder = founder;
      member.hyperparameters = decision.hyperparameters;
      member.step = decision.checkpoint?.step ?? 0;
      member.generation += 1;
      member.donor = decision.donor;
    }
    this.#pending.clear();
  }

  #close(event: StoredDecisionEvent): void {
    const { body, generation } = event;
    this.copies = [...this.#pending.values()].flatMap(({ decision }) =>
      decision.donor === null ? [] : [{ member: decision.member, donor: decision.donor }],
    );
    this.#settle();
    this.diagnostics = { generation, ...(body["diagnostics"] as unknown as Omit<Diagnostics, "generation">) };
    this.alive = body["alive"] as number;
    const best = body["best"] as unknown as Best | null | undefined;
    if (best !== null && best !== undefined) this.best = best;
    this.generation = generation + 1;
  }

  #intervene(member: MemberId | null, body: StoredDecisionEvent["body"]): void {
    this.interventions += 1;
    this.end = null;
    this.soup = null;
    if (body["action"] === "retire" && member !== null) {
      const found = this.members.get(member);
      if (found !== undefined) found.retired = true;
    } else if (this.run !== null && body["stop"] !== undefined) {
      const to = body["stop"] as unknown as RunFacts["stop"];
      this.stopChanges.push({ from: this.run.stop, to });
      this.run = { ...this.run, stop: to };
    }
  }
}
