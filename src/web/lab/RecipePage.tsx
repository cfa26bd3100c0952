import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { hrefOf, parameter, setParameters } from "../state/location.ts";
import { csvOf, saveText } from "../export/save.ts";
import { DataTable } from "../ui/DataTable.tsx";
import { duration, number } from "../ui/format.ts";
import { shareOf, valueAt } from "../../lab/index.ts";
import { DragNumber, keyed } from "./DragNumber.tsx";
import { Handles } from "./Handles.tsx";
import { compute, failure, outcome, progressOf, remaining, stopComputing } from "./laboratory.ts";
import type { RecipeText } from "./messages.ts";
import { SvgView } from "./SvgView.tsx";
import { Checks } from "./Checks.tsx";
import { Prose } from "./Prose.tsx";

const controlsAtMost = 3;
const settled = 700;
/** A coarse picture that took longer says that the full one is long: it is computed when the reader asks for it. */
const longCoarse = 1200;
/** Coarse versions take about a tenth of the time. */
const coarseShare = 10;
/** A picture wider than this has the whole width of the page; others stand beside the text. */
const wide = 760;

/** The parameters of the address, within their bounds. */
export function parametersOf(recipe: RecipeText): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recipe.parameters).map(([name, of]) => {
      const text = parameter(name);
      const given = text === null ? Number.NaN : Number(text);
      const sound = given >= of.low && given <= of.high && (of.integer !== true || Number.isInteger(given));
      return [name, sound ? given : of.initial];
    }),
  );
}

/** What the address asks for and cannot have, in sentences. */
function refusedOf(recipe: RecipeText): readonly string[] {
  return Object.entries(recipe.parameters).flatMap(([name, { low, high, initial, integer }]) => {
    const text = parameter(name);
    if (text === null || parametersOf(recipe)[name] === Number(text)) return [];
    const kind = integer === true ? "a whole number" : "a number";
    return [
      `The address asks for ${name} = ${text}. It needs ${kind} from ${low} to ${high}: ${initial} is used.`,
    ];
  });
}

/** One page: text on the left, the figure beside it; at most three controls. */
export function RecipePage({
  recipe,
  all,
  within = false,
}: {
  readonly recipe: RecipeText;
  readonly all: readonly RecipeText[];
  /** It stands on the page of all pages, under that one's heading. */
  readonly within?: boolean;
}) {
  const values = parametersOf(recipe);
  const entries = Object.entries(recipe.parameters).slice(0, controlsAtMost);
  const seed = Number(parameter("seed") ?? 7) || 7;
  const key = `${recipe.name} ${JSON.stringify(values)} ${seed}`;
  const table = useSignal(false);
  const stopped = useSignal(false);
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    // A coarse picture first.
    stopped.value = false;
    compute({ name: recipe.name, parameters: values, quick: true, seed });
  }, [key]);
  const latest = outcome.value;
  useEffect(() => {
    // The full one when the reader rests, unless it is long.
    if (latest === null || latest.key !== recipe.name || !latest.of.quick || stopped.peek()) return;
    if (latest.of.milliseconds > longCoarse) return;
    const full = setTimeout(
      () => compute({ name: recipe.name, parameters: values, quick: false, seed }),
      settled,
    );
    pending.current = full;
    return () => clearTimeout(full);
  }, [latest, key]);
  useEffect(() => stopComputing, []);
  const stop = (): void => {
    clearTimeout(pending.current);
    stopComputing();
    stopped.value = true;
  };
  const made = outcome.value?.key === recipe.name ? outcome.value.of : null;
  const long = made?.quick === true && made.milliseconds > longCoarse;
  const sources = [
    ...new Set((made?.checks ?? []).map(({ source }) => source).filter((source) => /^T\d/.test(source))),
  ];
  const set = (name: string, value: number): void => {
    const initial = recipe.parameters[name]!.initial;
    setParameters({ [name]: value === initial ? null : String(value) });
  };
  const reset = (): void =>
    setParameters(Object.fromEntries(Object.keys(recipe.parameters).map((name) => [name, null])));
  const place = all.indexOf(recipe);
  const [before, after] = [all[place - 1], all[place + 1]];
  const changed = Object.entries(values).filter(
    ([name, value]) => value !== recipe.parameters[name]!.initial,
  );
  const command = `polytempo lab run ${recipe.name}${changed.map(([name, value]) => ` --set ${name}=${value}`).join("")} --svg ${recipe.name}.svg --csv ${recipe.name}.csv`;
  return (
    <article class="lab" data-wide={made !== null && sizeOf(made.view)[0] > wide ? "" : undefined}>
      <div class="text">
        {within ? (
          <h2>{recipe.title}</h2>
        ) : (
          <>
            <p class="soft small">
              <a href={hrefOf({ kind: "lab", name: null })}>Theory</a> · {recipe.figureId}
            </p>
            <h1>{recipe.title}</h1>
          </>
        )}
        <Prose recipe={recipe} values={values} onChange={set} />
      </div>
      <div class="steer">
        {entries.length > 0 && (
          <section aria-label="Controls">
            {entries.map(([name, of]) => (
              <div class="control" key={name}>
                <label for={`lab-${name}`}>{of.label}</label>
                <input
                  id={`lab-${name}`}
                  type="range"
                  min={0}
                  max={1000}
                  value={Math.round(1000 * shareOf(of, values[name]!))}
                  aria-valuetext={number(values[name])}
                  onInput={(event) => set(name, valueAt(of, Number(event.currentTarget.value) / 1000))}
                  onKeyDown={(event) => {
                    // Steps of a thousandth round to nothing where values are whole: the keys of the numbers in the text.
                    const next = keyed(of, values[name]!, event.key);
                    if (next === null) return;
                    event.preventDefault();
                    set(name, next);
                  }}
                />
                <DragNumber parameter={of} value={values[name]!} onChange={(value) => set(name, value)} />
              </div>
            ))}
            <p class="tools">
              <button onClick={reset} disabled={changed.length === 0}>
                Reset
              </button>
            </p>
            <Suggestions recipe={recipe} onChange={set} />
          </section>
        )}
        <p class="small soft">
          The same figure on the command line: <code>{command}</code>
        </p>
        {sources.length > 0 && (
          <p class="small soft">
            Derived in <code>docs/theory.md</code> ({sources.join(", ")}); computed by{" "}
            <code>src/lab/recipes</code>, the code behind this page, the command and the tests.
          </p>
        )}
        <nav class="tools" aria-label="Neighbouring pages">
          {before !== undefined && <a href={hrefOf({ kind: "lab", name: before.name })}>← {before.title}</a>}
          {after !== undefined && <a href={hrefOf({ kind: "lab", name: after.name })}>{after.title} →</a>}
        </nav>
      </div>
      <div class="stage">
        <div class="panel">
          {refusedOf(recipe).map((text) => (
            <p key={text} class="notice">
              {text}
            </p>
          ))}
          {failure.value !== null && (
            <p class="notice" data-kind="error">
              {failure.value}
            </p>
          )}
          {made === null ? (
            <p class="empty">
              {stopped.value ? "Stopped before there was a picture." : "Computing a coarse picture …"}
            </p>
          ) : (
            <div class="drawn">
              <SvgView svg={made.view} label={made.caption} />
              <Handles
                recipe={recipe}
                handles={made.handles}
                size={sizeOf(made.view)}
                values={values}
                onChange={set}
              />
            </div>
          )}
          {made !== null && made.handles.length > 0 && (
            <p class="small soft">
              The {made.handles.length === 1 ? "ring" : "rings"} on the figure can be dragged.
            </p>
          )}
          <footer>
            {progressOf.value === null ? (
              <span role="status">
                {made === null
                  ? ""
                  : `${made.quick ? "coarse" : "full"} version, ${number(made.milliseconds)} ms`}
                {stopped.value ? " · stopped" : ""}
              </span>
            ) : (
              <>
                <progress value={progressOf.value} max={1} aria-label="Computing" />
                <span>
                  {Math.round(100 * progressOf.value)} %
                  {remaining.value === null ? "" : `, about ${duration(remaining.value)} left`}
                </span>
                <button class="link" onClick={stop}>
                  Stop
                </button>
              </>
            )}
            {progressOf.value === null && (stopped.value || long) && (
              <button
                class="link"
                onClick={() => {
                  stopped.value = false;
                  compute({ name: recipe.name, parameters: values, quick: false, seed });
                }}
              >
                Compute in full
                {made?.quick === true ? `, about ${duration(coarseShare * made.milliseconds)}` : ""}
              </button>
            )}
            {made !== null && (
              <>
                <button
                  class="link"
                  onClick={() => saveText(made.svg, `${recipe.name}.svg`, "image/svg+xml")}
                >
                  Save SVG
                </button>
                <button
                  class="link"
                  onClick={() => saveText(csvOf(made.table), `${recipe.name}.csv`, "text/csv")}
                >
                  Save CSV
                </button>
                <button class="link" aria-pressed={table.value} onClick={() => (table.value = !table.value)}>
                  {table.value ? "Hide table" : "Show table"}
                </button>
              </>
            )}
          </footer>
        </div>
        {made !== null && table.value && <DataTable data={made.table} caption={made.caption} />}
        {made !== null && <Checks checks={made.checks} />}
      </div>
    </article>
  );
}

/** Width and height of a picture, from its text. */
function sizeOf(svg: string): readonly [number, number] {
  const found = svg.match(/width="([\d.]+)" height="([\d.]+)"/);
  return [Number(found?.[1] ?? 1), Number(found?.[2] ?? 1)];
}

/** Two places worth going to. */
function Suggestions({
  recipe,
  onChange,
}: {
  readonly recipe: RecipeText;
  readonly onChange: (name: string, value: number) => void;
}) {
  const first = Object.entries(recipe.parameters)[0];
  if (first === undefined) return null;
  const [name, of] = first;
  return (
    <p class="small">
      What to try: {of.label} at{" "}
      <button class="link" onClick={() => onChange(name, valueAt(of, 0.08))}>
        {number(valueAt(of, 0.08))}
      </button>
      , then at{" "}
      <button class="link" onClick={() => onChange(name, valueAt(of, 0.92))}>
        {number(valueAt(of, 0.92))}
      </button>
      . What changes in the figure, and which of the claims beside it still hold?
    </p>
  );
}
