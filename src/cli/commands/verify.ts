import { verify as verifyRun } from "../../engine/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { locateRun } from "../record/locate.ts";
import { reasonText } from "../record/phase.ts";
import { grouped } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { print } from "../world.ts";

export const verify: Implementation<"verify"> = async ({ values, words }, world) => {
  const place = locateRun(world, words[0]);
  const verification = await verifyRun(place.directory);
  const { ok, difference } = verification;
  if (values.json) {
    print(world.out, [JSON.stringify({ v: 1, type: "verify", run: place.name, ...verification })]);
    return ok ? exitCodes.done : exitCodes.store;
  }
  const lines = [
    `${ok ? "✓" : "✗"} ${place.shown}: ${grouped(verification.decisions)} decisions derived again, ${
      difference === null ? "all equal" : "not equal"
    }`,
  ];
  if (difference !== null) {
    const member = difference.member === null ? "" : `, member ${difference.member}`;
    lines.push(
      `  first difference: event ${difference.seq}, ${difference.kind} of generation ${difference.generation}${member}${difference.place === "" ? "" : `, ${difference.place}`}`,
      `    log      ${plain(difference.logged)}`,
      `    derived  ${plain(difference.derived)}`,
    );
  }
  if (verification.interventions > 0) {
    lines.push(`  ${verification.interventions} interventions by hand are part of the log`);
  }
  lines.push(
    `  ${verification.generations} generations, ${verification.ended === null ? "not ended" : reasonText(verification.ended)}`,
    `  log ${verification.digest}`,
  );
  print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
  return ok ? exitCodes.done : exitCodes.store;
};
