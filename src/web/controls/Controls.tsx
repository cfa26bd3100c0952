import { useSignal } from "@preact/signals";
import type { ControlBody } from "../../server/index.ts";
import { manifest, nameOf, progress } from "../data/run.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { count } from "../ui/format.ts";
import { Menu } from "../ui/Menu.tsx";
import { endingOf, placeText } from "./ending.ts";
import { asking, isPaused, mayControl, pauseOrUnpause, send } from "./request.ts";

interface Question {
  readonly title: string;
  readonly effect: string;
  readonly yes: string;
  readonly danger?: boolean;
}

function questionOf(body: ControlBody): Question {
  const interval = count(manifest.value?.interval ?? 0);
  switch (body.action) {
    case "pause":
      return {
        title: "Pause the run?",
        effect: "Running segments finish and are saved; then nothing trains until Unpause. Nothing is lost.",
        yes: "Pause",
      };
    case "stop":
      return {
        title: "Stop after the running segments?",
        effect:
          "Running segments finish and are saved, then the process ends. `polytempo resume` goes on from there.",
        yes: "Stop",
      };
    case "stop-now":
      return {
        title: "Stop now?",
        effect: `The process ends at once. Members in mid-segment lose up to ${interval} steps each; what was saved stays. \`polytempo resume\` repeats those segments.`,
        yes: "Stop now",
        danger: true,
      };
    case "retire":
      return {
        title: `Retire ${nameOf(body.member ?? 0)}?`,
        effect:
          "It trains no more after its running segment, keeps its last score and may still be copied. This cannot be undone, and the seed alone will not reproduce the run.",
        yes: "Retire",
        danger: true,
      };
    default:
      return {
        title: "Change when the run stops?",
        effect:
          "The new rule holds from the next generation on and is written into the decision log. The seed alone will not reproduce the run.",
        yes: "Change",
      };
  }
}

function Ask({ body }: { readonly body: ControlBody }) {
  const question = questionOf(body);
  const run = manifest.value;
  const steps = useSignal(String(run?.stop["steps"] ?? run?.steps ?? ""));
  const close = (): void => {
    asking.value = null;
  };
  const wanted = Number(steps.value);
  const valid = body.action !== "change-stop" || (Number.isInteger(wanted) && wanted > 0);
  const now = progress.value;
  const place = {
    step: now?.step ?? run?.step ?? 0,
    generation: now?.generation ?? run?.generation ?? 0,
    generations: now?.generations ?? run?.generations ?? null,
    steps: run?.stop["steps"] ?? run?.steps ?? null,
    interval: run?.interval ?? 0,
  };
  const ending = body.action === "change-stop" && valid ? endingOf(place, wanted) : null;
  return (
    <Dialog title={question.title} onClose={close}>
      <p>{question.effect}</p>
      {body.action === "change-stop" && (
        <>
          <p data-place>{placeText(place)}</p>
          <p class="tools">
            <label>
              Steps per member, in total
              <input
                type="number"
                min={1}
                value={steps.value}
                aria-describedby="ending"
                onInput={(event) => (steps.value = event.currentTarget.value)}
              />
            </label>
          </p>
          <p
            id="ending"
            role="status"
            class={ending === null || ending.atOnce ? "notice" : "soft"}
            data-kind={ending?.atOnce === true ? "error" : undefined}
          >
            {ending?.text ?? "A whole number of steps, at least 1."}
          </p>
        </>
      )}
      <div class="actions">
        <button onClick={close}>Leave it</button>
        <button
          class={question.danger === true || ending?.atOnce === true ? "danger" : ""}
          disabled={!valid}
          onClick={() => {
            close();
            const { generations: _dropped, ...rest } = run?.stop ?? {};
            void send(body.action === "change-stop" ? { ...body, stop: { ...rest, steps: wanted } } : body);
          }}
        >
          {ending?.atOnce === true ? "Change and end the run" : question.yes}
        </button>
      </div>
    </Dialog>
  );
}

/** What a person may do to a run that trains now. Each asks once and says what it does. */
export function Controls() {
  if (!mayControl.value) return null;
  const ask = (body: ControlBody) => () => {
    asking.value = body;
  };
  return (
    <>
      <button onClick={() => void pauseOrUnpause()} title="p">
        {isPaused.value ? "Unpause" : "Pause"}
      </button>
      <Menu
        label="Stop"
        text="Stop…"
        items={[
          { label: "After the running segments", act: ask({ action: "stop" }) },
          { label: "Now", act: ask({ action: "stop-now" }) },
          { label: "Change the stop rule", act: ask({ action: "change-stop" }) },
        ]}
      />
      {asking.value !== null && <Ask body={asking.value} />}
    </>
  );
}
