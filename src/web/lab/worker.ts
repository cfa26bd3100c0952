import { wasm } from "../../executors/index.ts";
import { type Figure, figureSvg } from "../../figures/index.ts";
import { placedHandles, recipes, verdictOf } from "../../lab/index.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Runs recipes away from the page: the same functions as on the command line and in the tests. */
const say = (message: FromWorker): void => postMessage(message);

/** This thread is the page's only worker: it computes alone. */
const executor: typeof wasm = {
  name: wasm.name,
  compile: (programs, options) => wasm.compile(programs, { ...options, workers: 1 }),
};

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  void answer(data);
});

async function answer(data: ToWorker): Promise<void> {
  if (data.type === "list") {
    say({
      type: "list",
      recipes: recipes.map(({ name, figureId, title, prose, parameters }) => ({
        name,
        figureId,
        title,
        prose,
        parameters,
      })),
    });
    return;
  }
  const { id, name, parameters, quick, seed } = data;
  const recipe = recipes.find((one) => one.name === name);
  if (recipe === undefined) {
    say({ type: "failed", id, message: `There is no page called ${name}.` });
    return;
  }
  try {
    const begun = performance.now();
    let told = 0;
    const progress = (fraction: number): void => {
      const now = performance.now();
      if (now - told < 100) return;
      told = now;
      say({ type: "progress", id, fraction });
    };
    const { figure, checks, table } = await recipe.run(parameters, { quick, seed, progress, executor });
    const view = besideText(figure);
    say({
      type: "done",
      id,
      outcome: {
        svg: figureSvg(figure),
        view: figureSvg(view),
        handles: placedHandles(recipe, view),
        caption: figure.caption,
        checks: checks.map((check) => ({ ...check, verdict: verdictOf(check) })),
        table,
        quick,
        milliseconds: performance.now() - begun,
      },
    });
  } catch (error) {
    say({ type: "failed", id, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Two panels stand one over the other, so that they are read beside the text; the rest is as on paper. */
const besideText = (figure: Figure): Figure =>
  figure.panels.length === 2
    ? { ...figure, columns: 1, panelHeight: Math.min(figure.panelHeight ?? 300, 230) }
    : figure;
