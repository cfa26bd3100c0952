import { grouped, significant } from "../text/numbers.ts";
import type { Progress, RunFacts } from "./progress.ts";

/** What was changed while a run went on: its rule of stopping, and what else a hand did. */
export function interventionLines({
  interventions,
  stopChanges,
}: Pick<Progress, "interventions" | "stopChanges">): string[] {
  const changes = stopChanges.map(({ from, to }) => changeText(from, to)).join(", then ");
  const byHand = interventions - stopChanges.length;
  return [
    ...(stopChanges.length === 0 ? [] : [`changed    the rule of stopping was changed (${changes})`]),
    ...(byHand === 0
      ? []
      : [
          `flagged    ${byHand === 1 ? "1 intervention" : `${byHand} interventions`} by hand changed decisions`,
        ]),
  ];
}

/** `600 → 900 steps`; a limit that there was not, or is no more, is a dash. */
function changeText(from: RunFacts["stop"], to: RunFacts["stop"]): string {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names
    .filter((name) => from[name] !== to[name])
    .map((name) => `${limit(from[name])} → ${limit(to[name])} ${name}`)
    .join(", ");
}

const limit = (value: number | undefined): string =>
  value === undefined ? "–" : Number.isInteger(value) ? grouped(value) : significant(value);
