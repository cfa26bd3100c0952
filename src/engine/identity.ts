import { isRecord, StoreError } from "../errors/index.ts";
import type { Json } from "../space/index.ts";
import type { RunStore } from "../store/index.ts";

/** @throws StoreError `mismatch` when the process that had the run last trained by another identity */
export function refuseOtherIdentity(
  store: Pick<RunStore, "directory" | "operations">,
  own: Json | undefined,
): void {
  let last: Json | undefined;
  for (const { kind, detail } of store.operations()) {
    if (kind === "started" || kind === "resumed") last = detail?.["identity"] ?? last;
  }
  if (!isRecord(last) || !isRecord(own)) return;
  const [was, is] = [last, own];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changes = names.flatMap((name) => {
    if (!Object.hasOwn(is, name)) return [`  ${name}: is gone`];
    if (!Object.hasOwn(was, name)) return [`  ${name}: is new`];
    return was[name] === is[name] ? [] : [`  ${name}: has changed`];
  });
  if (changes.length === 0) return;
  throw new StoreError(
    "mismatch",
    `${store.directory}: the trainer is not the one that the run began with, so that its values could not be compared:\n${changes.join("\n")}\nNothing was changed. Resume with the trainer as it was, start a new run in another directory, or go on knowingly with --changed-trainer (changedTrainer: true).`,
  );
}
