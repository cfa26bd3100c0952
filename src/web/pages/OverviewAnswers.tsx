import { manifest } from "../data/run.ts";

/** The overview before its figures are there: six questions with the answers that the run's facts hold. */
export function OverviewAnswers() {
  const run = manifest.value;
  if (run === null) return <p class="boot">Reading …</p>;
  const { answers } = run;
  const panels = [
    ["fan", "Is it improving?", answers.improving],
    ["shares", "Who is winning?", answers.winning],
    ["moves", "What moves?", answers.moving],
    ["selection", "Is selection real?", answers.selection],
    ["separation", "Are the scales apart?", answers.separation],
    ["diversity", "Is it diverse?", answers.diverse],
  ] as const;
  return (
    <>
      <h1>{run.run}</h1>
      <div class="grid">
        {panels.map(([name, question, answer]) => (
          <section key={name} class="panel" data-panel={name} data-state="wait">
            <header>
              <div>
                <h2>{question}</h2>
                <p class="answer">{answer}</p>
              </div>
            </header>
            <div class="empty" data-kind="wait">
              <p>Reading …</p>
            </div>
          </section>
        ))}
      </div>
    </>
  );
}
