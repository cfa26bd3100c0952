import { connected, currentRun, manifest, runList } from "../data/run.ts";
import { access } from "../data/source.ts";
import { hrefOf } from "../state/location.ts";
import { selectMember } from "../state/selection.ts";
import { plural } from "../ui/format.ts";

/** The run's folder was deleted, or moved away, while its page is open: what stands here is the last that was read. */
export function GoneBanner() {
  const run = currentRun.value;
  const list = runList.value.data?.runs ?? null;
  if (access.value.kind !== "server" || !connected.value || run === null || list === null) return null;
  if (list.some((entry) => entry.run === run)) return null;
  return (
    <p class="notice" data-kind="error" role="alert" data-gone>
      <strong>The folder of {run} is gone.</strong> It was deleted or moved: what stands here is the last that
      was read, and files can no longer be saved from it. <a href={hrefOf({ kind: "runs" })}>All runs</a>
    </p>
  );
}

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
