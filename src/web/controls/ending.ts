import { count } from "../ui/format.ts";

/** How far a run is, and what it was told. */
export interface Place {
  /** Of the member that is furthest. */
  readonly step: number;
  readonly generation: number;
  readonly generations: number | null;
  /** Steps per member after which it stops by the rule that holds now; null: other rules end it. */
  readonly steps: number | null;
  /** Steps between slow steps. */
  readonly interval: number;
}

/** "The run is at step 1 200, generation 12 of 40; by the rule of now it stops at step 4 000." */
export function placeText({ step, generation, generations, steps }: Place): string {
  const of = generations === null ? "" : ` of ${count(generations)}`;
  const rule =
    steps === null
      ? "no number of steps ends it by now"
      : `by the rule of now it stops at step ${count(steps)}`;
  return `The run is at step ${count(step)}, generation ${count(generation)}${of}; ${rule}.`;
}

/** What a new total of steps means for a run that is at `place`. */
export function endingOf(place: Place, wanted: number): { readonly atOnce: boolean; readonly text: string } {
  const left = wanted - place.step;
  if (left <= 0) {
    const passed = left === 0 ? "is just there" : `is ${count(-left)} steps beyond that`;
    return {
      atOnce: true,
      text: `This ends the run at once: it ${passed}. Running segments finish and are saved, nothing trains after them.`,
    };
  }
  if (left <= place.interval) {
    return {
      atOnce: true,
      text: `This ends the run with the generation that trains now: ${count(left)} steps are left of an interval of ${count(place.interval)}.`,
    };
  }
  const generations = Math.ceil(left / place.interval);
  return {
    atOnce: false,
    text: `${count(left)} steps per member are left then: about ${count(generations)} generations of ${count(place.interval)} steps.`,
  };
}
