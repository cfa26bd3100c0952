import { useEffect } from "preact/hooks";
import { proseText } from "../../lab/index.ts";
import { hrefOf, route } from "../state/location.ts";
import { listRecipes, recipeTexts } from "./laboratory.ts";
import { RecipePage } from "./RecipePage.tsx";

/** The theory: a list of pages, each a text with a figure that computes. */
export function LabPage() {
  useEffect(listRecipes, []);
  const at = route.value;
  const recipes = recipeTexts.value;
  if (recipes === null) return <p class="boot">Reading the theory pages …</p>;
  const name = at.kind === "lab" ? at.name : null;
  const recipe = recipes.find((one) => one.name === name);
  if (name !== null && recipe === undefined) {
    return (
      <div class="prose">
        <h1>There is no page called {name}</h1>
        <p>
          <a href={hrefOf({ kind: "lab", name: null })}>All pages</a>
        </p>
      </div>
    );
  }
  if (recipe !== undefined) return <RecipePage key={recipe.name} recipe={recipe} all={recipes} />;
  const [first, ...rest] = recipes;
  return (
    <>
      <div class="prose">
        <h1>Theory</h1>
        <p>
          A population learns on two clocks: parameters move fast within each member, hyperparameters slowly
          across members. Each page states one thing about that, computes it here, and holds it against the
          reference that the theory gives.
        </p>
      </div>
      {first !== undefined && <RecipePage recipe={first} all={recipes} within />}
      <nav class="prose" aria-label="All pages of the theory">
        <h2>All pages</h2>
        <ol class="index">
          {[first, ...rest].map(
            (one) =>
              one !== undefined && (
                <li key={one.name}>
                  <h3>
                    <a href={hrefOf({ kind: "lab", name: one.name })}>{one.title}</a>
                  </h3>
                  <p class="soft">{proseText(one, one.prose[0] ?? "")}</p>
                </li>
              ),
          )}
        </ol>
      </nav>
    </>
  );
}
