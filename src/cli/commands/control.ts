import { hostname, userInfo } from "node:os";
import { StoreError, UsageError } from "../../errors/index.ts";
import type { ControlRequest } from "../../store/index.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { memberOf } from "../record/member.ts";
import { withRecord } from "../record/open.ts";
import { standingOf } from "../record/phase.ts";
import { print, type World } from "../world.ts";

type Ask = Pick<ControlRequest, "action"> & { readonly member?: string };

/** Leaves a request in the run's control table; the process that runs it carries it out and acknowledges. */
function request(world: World, run: string | undefined, ask: Ask): Promise<ExitCode> {
  return withRecord(world, run, ({ place, progress, reader }) => {
    const standing = standingOf({ reader, progress, place });
    if (standing.phase === "ended" || standing.phase === "stopped" || standing.phase === "killed") {
      throw new StoreError("missing", `${place.shown}: nothing runs it (${standing.sentence})`);
    }
    const member = ask.member === undefined ? null : memberOf(progress, ask.member);
    reader.requestControl({ action: ask.action, member, detail: null, by: who() });
    const target = member === null ? "" : ` ${progress.nameOf(member)}`;
    print(world.err, [`asked ${place.shown}: ${ask.action}${target}. See polytempo status ${place.shown}`]);
    return exitCodes.done;
  });
}

/** Who asks: for the operations log. */
function who(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname();
  }
}

export const pause: Implementation<"pause"> = ({ words }, world) =>
  request(world, words[0], { action: "pause" });

export const unpause: Implementation<"unpause"> = ({ words }, world) =>
  request(world, words[0], { action: "unpause" });

export const stop: Implementation<"stop"> = ({ values, words }, world) =>
  request(world, words[0], { action: values.now ? "stop-now" : "stop" });

export const retire: Implementation<"retire"> = ({ words }, world) => {
  const [run, member] = words;
  if (member === undefined) throw new UsageError("polytempo retire: needs MEMBER (such as m07)");
  return request(world, run, { action: "retire", member });
};
