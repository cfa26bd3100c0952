import { UsageError } from "../errors/index.ts";
import type { Json } from "../space/index.ts";
import type { Decision, Member, MemberId, Population } from "./types.ts";

/**
 * The fold that makes a population out of its decisions: who copied takes the donor's founder, checkpoint and step,
 * and the decided hyperparameters; who kept goes on from the decided checkpoint. Donors are meant as they were before
 * the step. Members without a decision stay as they are. `slowStep` builds its result with this very function, so a
 * population rebuilt from stored decisions is the one that was.
 * @param memory memory of the fitness rule after the step; left out: unchanged
 * @param record what slowStep keeps of recent generations after the step; left out: unchanged
 * @throws UsageError when a decision names a member that does not exist
 */
export function applyDecisions(
  population: Population,
  decisions: readonly Decision[],
  memory: Json = population.memory,
  record: Json | undefined = population.record,
): Population {
  const members = new Map<MemberId, Member>(population.members.map((member) => [member.id, member]));
  const decided = new Map<MemberId, Decision>(decisions.map((decision) => [decision.member, decision]));
  const problems: string[] = [];
  for (const { member, donor } of decisions) {
    for (const id of [member, donor]) {
      if (id !== null && !members.has(id)) {
        problems.push(`decision of member ${member}: needs members of the population, got ${id}`);
      }
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
  const next = population.members.map((member): Member => {
    const decision = decided.get(member.id);
    if (decision === undefined) return member;
    const parent = decision.donor === null ? member : members.get(decision.donor)!;
    return {
      id: member.id,
      founder: parent.founder,
      parent: parent.id,
      hyperparameters: decision.hyperparameters,
      step: decision.checkpoint?.step ?? 0,
      generation: member.generation + 1,
      checkpoint: decision.checkpoint,
      status: member.status,
    };
  });
  return {
    generation: population.generation + 1,
    members: next.toSorted((a, b) => a.id - b.id),
    memory,
    ...(record === undefined ? {} : { record }),
  };
}

/** The same population with these members retired: they train no more, keep their score and may still be copied. */
export function retireMembers(population: Population, ids: readonly MemberId[]): Population {
  const retired = new Set(ids);
  return {
    ...population,
    members: population.members.map((member) =>
      retired.has(member.id) ? { ...member, status: "retired" } : member,
    ),
  };
}
