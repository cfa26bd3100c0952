import { StoreError } from "../../errors/index.ts";
import type { Best, SoupResult, StopRule } from "../../engine/index.ts";
import type { CheckpointId, Diagnostics, MemberId } from "../../population/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import type { StoredDecisionEvent } from "../../store/index.ts";
import type { FinalistFacts } from "../types.ts";
import { encodedOf, factsOf, type RunFacts } from "./facts.ts";
import { GenerationTable } from "./generationTable.ts";
import { SegmentTable } from "./segmentTable.ts";

/** Where a member stands. */
export interface MemberState {
  readonly id: MemberId;
  founder: MemberId;
  /** Of its running segment. */
  hyperparameters: Hyperparameters;
  /** What its newest evaluation was trained with; null before the first. */
  evaluated: Hyperparameters | null;
  coordinates: readonly number[];
  /** Boundaries of its own that it has reached. */
  generation: number;
  fromStep: number;
  /** The segment that the running one started from; −1: none. */
  parentRow: number;
  donor: MemberId | null;
  /** Sequence number of the event that holds `hyperparameters`. */
  origin: number;
  lastRow: number;
  value: number | null;
  before: number | null;
  cause: string | null;
  rank: number | null;
  retired: boolean;
  /** Copies made of it. */
  children: number;
}

const senseless = ({ seq, kind }: StoredDecisionEvent, error: unknown): StoreError =>
  new StoreError(
    "corrupt",
    `decision log: event ${seq} (${kind}) makes no sense: ${error instanceof Error ? error.message : String(error)}. ` +
      "Find out more with: polytempo verify",
  );

/**
 * What the views need of a decision log, kept as columns and grown event by event: some 60 bytes for each segment and a
 * kilobyte for each generation, whatever the number of samples. Views read what was decided; nothing is derived again
 * (`polytempo verify` does that).
 */
export class RunFold {
  facts: RunFacts | null = null;
  stop: StopRule = {};
  /** Steps between slow steps now: `auto` changes them on the way. */
  interval = 0;
  readonly members: MemberState[] = [];
  segments: SegmentTable = new SegmentTable(0);
  generations: GenerationTable | null = null;
  /** Founders' coordinates `[N][K]`. */
  readonly founders: (readonly number[])[] = [];
  nextSeq = 0;
  generation = 0;
  alive = 0;
  /** The best value ever seen. */
  best: Best | null = null;
  /** The best finalist, once they were evaluated anew; until then the best value seen. */
  winner: Best | null = null;
  readonly finalists: FinalistFacts[] = [];
  /** The mixture of finalists that measured better than the winner. */
  soup: SoupResult | null = null;
  diagnostics: Diagnostics | null = null;
  interventions = 0;
  failures = 0;
  copies = 0;
  /** Steps that were trained, over all members. */
  memberSteps = 0;
  end: string | null = null;
  #broken: StoreError | null = null;

  /**
   * Reads on from where it stood; returns how many events were new.
   * @throws StoreError `corrupt` at an event that makes no sense, and from then on: nothing after it would
   */
  read(events: Iterable<StoredDecisionEvent>, most = Infinity): number {
    if (this.#broken !== null) throw this.#broken;
    let count = 0;
    for (const event of events) {
      try {
        this.#apply(event);
      } catch (error) {
        this.#broken = senseless(event, error);
        throw this.#broken;
      }
      if (++count >= most) break;
    }
    return count;
  }

  #apply(event: StoredDecisionEvent): void {
    this.nextSeq = event.seq + 1;
    switch (event.kind) {
      case "run":
        this.#begin(event);
        return;
      case "founder":
        this.#found(event);
        return;
      case "evaluation":
        this.#evaluate(event);
        return;
      case "decision":
        this.#decide(event);
        return;
      case "generation":
        this.#close(event);
        return;
      case "intervention":
        this.#intervene(event);
        return;
      case "interval":
        this.interval = event.body.interval as number;
        return;
      case "finalist":
        this.#judge(event);
        return;
      case "end":
        this.end = event.body.reason as string;
        this.winner = (event.body.best as unknown as Best | null) ?? null;
        this.best = ((event.body.selected ?? event.body.best) as unknown as Best | null) ?? this.best;
        this.soup = (event.body.soup as unknown as SoupResult | undefined) ?? null;
        this.finalists.sort((a, b) => a.rank - b.rank);
    }
  }

  #begin(event: StoredDecisionEvent): void {
    this.facts = factsOf(event);
    this.stop = this.facts.stop;
    this.interval = this.facts.interval;
    this.alive = this.facts.members;
    this.segments = new SegmentTable(this.facts.space.names.length);
    this.generations = new GenerationTable(this.facts);
  }

  #found(event: StoredDecisionEvent): void {
    const hyperparameters = event.body.hyperparameters as Hyperparameters;
    const coordinates = encodedOf(this.facts!, hyperparameters);
    this.founders.push(coordinates);
    this.members.push({
      id: event.member!,
      founder: event.member!,
      hyperparameters,
      evaluated: null,
      coordinates,
      generation: 0,
      fromStep: 0,
      parentRow: -1,
      donor: null,
      origin: event.seq,
      lastRow: -1,
      value: null,
      before: null,
      cause: null,
      rank: null,
      retired: false,
      children: 0,
    });
  }

  #evaluate(event: StoredDecisionEvent): void {
    const facts = this.facts!;
    const { body, seq } = event;
    const replay = facts.legs.length > 0;
    const member = this.members[replay ? 0 : event.member!]!;
    const leg = facts.legs[this.segments.count];
    if (leg !== undefined) {
      member.hyperparameters = leg.hyperparameters;
      member.coordinates = encodedOf(facts, leg.hyperparameters);
      member.origin = 0;
    }
    const failed = body.status === "failed";
    const step = body.step as number;
    const value = failed ? null : ((body.value ?? null) as number | null);
    member.lastRow = this.segments.push({
      seq,
      origin: member.origin,
      generation: event.generation,
      member: event.member!,
      parent: member.parentRow,
      donor: member.donor ?? -1,
      founder: member.founder,
      fromStep: member.fromStep,
      untilStep: failed ? member.fromStep : step,
      value: value ?? Number.NaN,
      failed,
      coordinates: member.coordinates,
    });
    this.memberSteps += Math.max(0, step - member.fromStep);
    member.before = member.value ?? member.before;
    member.value = value;
    member.evaluated = member.hyperparameters;
    member.cause = failed ? ((body.cause ?? "failed") as string) : null;
    if (failed) this.failures++;
    const sign = facts.metric.mode === "max" ? 1 : -1;
    if (value !== null && (this.best === null || sign * value > sign * this.best.value)) {
      this.best = {
        member: event.member!,
        generation: event.generation,
        value,
        step,
        checkpoint: (body.checkpoint ?? null) as unknown as CheckpointId | null,
        hyperparameters: member.hyperparameters,
      };
    }
    if (!replay) return;
    member.generation++;
    member.parentRow = member.lastRow;
    member.fromStep = step;
    this.generation = member.generation;
    this.alive = failed ? 0 : 1;
    this.generations!.close(this, event, null);
  }

  #decide(event: StoredDecisionEvent): void {
    const member = this.members[event.member!]!;
    const { donor, checkpoint, hyperparameters, score, rank } = event.body as unknown as {
      readonly donor: MemberId | null;
      readonly checkpoint: CheckpointId | null;
      readonly hyperparameters: Hyperparameters;
      readonly score: number | null;
      readonly rank: number | null;
    };
    const { segments } = this;
    if (member.lastRow >= 0) segments.score.put(member.lastRow, score ?? Number.NaN);
    const from = checkpoint === null ? -1 : segments.rowOf(checkpoint.member, checkpoint.generation);
    member.parentRow = from;
    member.founder =
      from >= 0 ? segments.founder.at(from) : (this.members[donor ?? member.id]?.founder ?? member.id);
    member.hyperparameters = hyperparameters;
    member.coordinates = encodedOf(this.facts!, hyperparameters);
    member.generation = event.generation + 1;
    member.fromStep = checkpoint?.step ?? 0;
    member.donor = donor === member.id ? null : donor;
    member.origin = event.seq;
    member.rank = rank;
    const parent = this.members[donor ?? member.id];
    if (parent !== undefined && parent.lastRow >= 0) segments.addOffspring(parent.lastRow);
    if (member.donor === null) return;
    this.copies++;
    if (parent !== undefined) parent.children++;
  }

  #close(event: StoredDecisionEvent): void {
    const { body, generation } = event;
    this.diagnostics = { generation, ...(body.diagnostics as unknown as Omit<Diagnostics, "generation">) };
    this.alive = body.alive as number;
    this.best = (body.best as unknown as Best | null) ?? this.best;
    this.generation = generation + 1;
    this.generations!.close(this, event, this.diagnostics);
  }

  /** A mixture of states (no member) is no finalist of its own. */
  #judge({ member, body }: StoredDecisionEvent): void {
    if (member === null) return;
    const { checkpoint, selected, values, mean, interval, rank } = body as unknown as {
      readonly checkpoint: CheckpointId;
      readonly selected: number;
      readonly values: readonly (number | null)[];
      readonly mean: number | null;
      readonly interval: readonly [number, number] | null;
      readonly rank: number;
    };
    const evaluations = values.filter((value) => value !== null).length;
    this.finalists.push({
      member,
      generation: checkpoint.generation,
      step: checkpoint.step,
      selected,
      again: mean === null ? null : { mean, interval, evaluations },
      rank,
    });
  }

  #intervene({ member, body }: StoredDecisionEvent): void {
    this.interventions++;
    this.end = null;
    this.winner = null;
    this.soup = null;
    this.finalists.length = 0;
    this.generations?.intervention();
    if (body.action === "retire" && member !== null) {
      const found = this.members[member];
      if (found !== undefined) found.retired = true;
    } else if (body.stop !== undefined) this.stop = body.stop as StopRule;
  }
}
