import { firstNonFinite } from "../../tensor/index.ts";
import type { ExecutionChoices } from "./choices.ts";
import type { PopulationDefinition, PopulationGroup } from "./definition.ts";
import { writeHyperparameters } from "./hyperparameters.ts";
import { slotsOf } from "./names.ts";
import { openCrowd } from "./sessions.ts";
import { restore, stateOf } from "./states.ts";

/**
 * Trains one member of a group alone again, step by step, and says at which step its loss stops being a finite number,
 * and which line of the model is the first to give one that is not.
 * @param untilStep by when its loss is known to be broken
 */
export async function whereItBegan(
  definition: PopulationDefinition,
  choices: ExecutionChoices,
  group: PopulationGroup,
  row: number,
  untilStep: number,
): Promise<string> {
  const { key, fromStep, signal } = group;
  const member = group.members[row]!;
  const { saved } = slotsOf(definition.programs);
  const { session } = await openCrowd(definition, { ...choices, workers: 1 }, key, [member]);
  try {
    for (let target = 0; target < session.members; target++) {
      await group.replay(row, session, target);
      writeHyperparameters(session, definition, target, group.hyperparameters[row]!);
    }
    for (let step = fromStep; step < untilStep && !signal.aborted; step++) {
      const before = stateOf(session, saved, 0, {});
      await session.step("train", 1, step);
      const loss = session.metrics("train")["loss"]!.last[0]!;
      if (Number.isFinite(loss)) continue;
      restore(session, saved, 0, before);
      const program = definition.programs["train"]!;
      const place = firstNonFinite({ program, session, key, member: 0, memberId: member, step });
      return `the loss is ${loss} at step ${step + 1}${place === undefined ? "" : `: ${place}`}`;
    }
    return `the loss is not a finite number at step ${untilStep}`;
  } finally {
    await session.close();
  }
}
