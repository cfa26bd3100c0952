import { manifest } from "../data/run.ts";
import { hrefOf } from "../state/location.ts";
import { selectMember } from "../state/selection.ts";
import { plural } from "../ui/format.ts";

/** What a run failed of, with the trainer's last words, above every page of that run. */
export function FailureBanner() {
  const run = manifest.value;
  const failure = run?.failure ?? null;
  if (run === null || failure === null) return null;
  const over = run.phase !== "live" && run.phase !== "elsewhere";
  const all = failure.failed === run.members;
  const who = all ? `all ${plural(run.members, "member")}` : `${failure.failed} of ${run.members} members`;
  const headline = !failure.valueless
    ? "The run ended because too many members failed"
    : over
      ? `The run failed before any value of ${run.metric.name}`
      : `No value of ${run.metric.name} so far`;
  return (
    <section class="notice failure" data-kind="error" role="alert" aria-label="Failure">
      <p>
        <strong>
          {headline}: {who} failed.
        </strong>
      </p>
      <p>
        {failure.name}: {failure.reason}.
        {failure.alike > 1 && ` ${plural(failure.alike, "member")} failed with just these words.`}
      </p>
      {failure.lastWords !== "" && (
        <>
          <p class="small">The trainer's last words:</p>
          <pre class="scroll log" tabIndex={0}>
            {failure.lastWords}
          </pre>
        </>
      )}
      <p class="tools">
        <button class="link" onClick={() => selectMember(failure.member)}>
          Show {failure.name} and its log
        </button>
        <a href={hrefOf({ kind: "run", run: run.run, page: "events" })}>All events</a>
      </p>
    </section>
  );
}
