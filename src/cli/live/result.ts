import type { Metrics, RunResult } from "../../engine/index.ts";
import { scheduleSummary } from "../record/schedule.ts";
import { type Place, placeOf } from "../record/locate.ts";
import { reasonText } from "../record/phase.ts";
import { freshText, soupText } from "../record/fresh.ts";
import { significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { wrap } from "../text/width.ts";
import type { World } from "../world.ts";
import type { Live } from "./live.ts";

interface Outcome {
  readonly place: Place;
  readonly result: RunResult;
  readonly live: Live;
  readonly checkpoint: string | null;
  readonly test: Metrics | null;
  readonly world: World;
}

/** The winner as it was selected, and evaluated anew: the best of many noisy values flatters. */
function freshLines(
  { best, selected, finalists, soup }: RunResult,
  metric: string,
  nameOf: (id: number) => string,
): string[] {
  const fresh = best?.reevaluated;
  if (best === null || fresh === undefined) {
    return finalists.length > 0 ? ["evaluated  no finalist could be evaluated anew: see the logs"] : [];
  }
  const lines = [`evaluated  ${freshText(fresh, finalists.length)}`];
  const same = selected?.member === best.member && selected.generation === best.generation;
  if (selected !== null && !same) {
    const { reevaluated } = finalists.find(
      ({ member, generation }) => member === selected.member && generation === selected.generation,
    ) ?? { reevaluated: undefined };
    const then = reevaluated === undefined ? "" : `, evaluated anew ${significant(reevaluated.mean)}`;
    lines.push(
      `selected   ${nameOf(selected.member)} had the best value seen, ${metric} ${significant(selected.value)}${then}`,
    );
  }
  if (soup !== null) {
    lines.push(`soup       ${soupText(soup, metric)}`);
  }
  return lines;
}

/** What `polytempo run … > out.txt` keeps. */
export function resultLines({ place, result, live, checkpoint, test, world }: Outcome): string[] {
  const { best, lineage, reason, generation } = result;
  const metric = plain(live.run?.metric.name ?? "");
  const cells = Math.max(60, world.out.columns - 1);
  const lines: string[] = [];
  if (best === null) {
    lines.push("best       none: no segment has finished");
  } else {
    const where = checkpoint === null ? [] : [placeOf(world.cwd, checkpoint).shown];
    const parts = [
      `best       ${live.nameOf(best.member)}`,
      `${metric} ${significant(best.value)}`,
      `generation ${best.generation + 1}`,
      ...where,
    ];
    lines.push(...wrap(parts, cells, 11, "   "));
    lines.push(...freshLines(result, metric, (id) => live.nameOf(id)));
    if (test !== null) {
      const values = Object.entries(test).map(([name, value]) => `${plain(name)} ${significant(value)}`);
      lines.push(`test       ${values.join(" · ")}   (data that neither training nor selection saw)`);
    }
    const ancestry = lineage.ancestry(best.member, best.generation).map((id) => live.nameOf(id));
    const founder = ancestry.length === 1 ? " (never became a copy)" : "";
    const shown = ancestry.length <= 8 ? ancestry : [...ancestry.slice(0, 7), "…", ancestry.at(-1)!];
    lines.push(`lineage    ${shown.join(" ← ")}${founder}`);
    lines.push(
      ...scheduleSummary(lineage.schedule(best.member, best.generation), live.run?.names ?? [], cells),
    );
  }
  const target = live.run?.stop["target"];
  const note = target !== undefined && reason !== "target" ? " (target not reached)" : "";
  const ended = result.alreadyEnded ? "had ended already: " : "";
  lines.push(`why        ${ended}${reasonText(reason, live.run?.stop)}${note}, generation ${generation}`);
  lines.push(`stored     ${place.shown}`);
  const next = [`best ${place.shown}`, `schedule ${place.shown} --csv`, `replay ${place.shown}`];
  lines.push(
    ...wrap(
      ["next      ", ...next.map((call, index) => `polytempo ${call}${index < 2 ? " ·" : ""}`)],
      cells,
      11,
    ),
  );
  return world.out.style.unicode ? lines : lines.map(ascii);
}
