import { escapeMarkup, figureSvg, plainNumber } from "../figures/index.ts";
import { proseText, tally, verdictOf, wanted } from "./recipe.ts";
import type { AnyRecipe, RecipeOutcome } from "./types.ts";

/** A recipe with what came of it. */
export interface Chapter {
  readonly recipe: AnyRecipe;
  readonly outcome: RecipeOutcome;
}

const style = `
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 3rem; }
figure { margin: 1rem 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.875rem; }
th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td.number { text-align: right; } .fail { font-weight: 700; color: #a33000; } code { background: #f3f3f3; padding: 0 0.2em; }
nav ol { columns: 2; } .summary { font-weight: 600; }
`;

/** One HTML page, without scripts or links outside: every figure, its text, and each check beside its reference. */
export function labPage(
  chapters: readonly Chapter[],
  options: { readonly quick: boolean; readonly seed: number },
): string {
  const all = chapters.flatMap(({ outcome }) => outcome.checks);
  const { passed, claimed } = tally(all);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Two clocks: the theory of training populations, in figures</title>
<style>${style}</style>
</head>
<body>
<h1>Two clocks: the theory of training populations, in figures</h1>
<p>Every figure below was computed by the command under it${options.quick ? ", in its coarse version" : ""}, seed ${options.seed}. Each check holds a computed value against a reference that was obtained independently.</p>
<p class="summary">${passed} of ${claimed} checks pass.</p>
<nav><ol>
${chapters.map(({ recipe }) => `<li><a href="#${recipe.name}">${escapeMarkup(recipe.title)}</a></li>`).join("\n")}
</ol></nav>
${chapters.map((chapter) => chapterHtml(chapter, options)).join("\n")}
</body>
</html>
`;
}

function chapterHtml(
  { recipe, outcome }: Chapter,
  { quick, seed }: { readonly quick: boolean; readonly seed: number },
): string {
  const rows = outcome.checks.map((check) => {
    const verdict = verdictOf(check);
    return `<tr><td>${escapeMarkup(check.claim)}</td><td class="number">${plainNumber(check.value)}</td><td class="number">${wanted(check)}</td><td>${escapeMarkup(check.source)}</td><td class="${verdict}">${verdict === "fail" ? "FAIL" : verdict === "pass" ? "pass" : ""}</td></tr>`;
  });
  return `<section id="${recipe.name}">
<h2>${escapeMarkup(recipe.figureId)} · ${escapeMarkup(recipe.title)}</h2>
${recipe.prose.map((text) => `<p>${escapeMarkup(proseText(recipe, text))}</p>`).join("\n")}
<figure>${figureSvg(outcome.figure)}</figure>
<p><code>polytempo lab run ${recipe.name}${quick ? " --quick" : ""}${seed === 1 ? "" : ` --seed ${seed}`} --svg ${recipe.name}.svg</code></p>
<table>
<thead><tr><th>check</th><th>value</th><th>reference</th><th>source</th><th></th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</section>`;
}
