import { useSignal } from "@preact/signals";
import type { LogTail as Tail } from "../../server/index.ts";
import { runPath } from "../data/access.ts";
import { useJson } from "../data/query.ts";
import { atSamples, currentRun } from "../data/run.ts";
import { count } from "../ui/format.ts";

/** What the member's trainer printed last; read only when opened. The text is shown as text, whatever it holds. */
export function LogTail({ member }: { readonly member: number }) {
  const open = useSignal(false);
  const answer = useJson<Tail>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, `/members/${member}/log`)),
    atSamples,
    open,
  );
  const tail = answer.data;
  return (
    <section>
      <details onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>Log</summary>
        {tail === null ? (
          <p class="soft">{answer.error?.message ?? "Reading …"}</p>
        ) : tail.exists ? (
          <>
            {tail.skipped > 0 && (
              <p class="soft small">{count(tail.skipped)} bytes before this are in the file.</p>
            )}
            <pre class="scroll log" tabIndex={0}>
              {tail.text}
            </pre>
          </>
        ) : (
          <p class="soft">It has printed nothing.</p>
        )}
      </details>
    </section>
  );
}
