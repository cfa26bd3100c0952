import { expect, it } from "vitest";
import { labPage, recipes } from "./index.ts";

it("writes one page without scripts or links outside, with every check beside its reference", async () => {
  const recipe = recipes.find(({ name }) => name === "eps-order")!;
  const outcome = await recipe.run({}, { quick: true, seed: 1, progress: () => {} });
  const broken = {
    ...outcome,
    checks: [...outcome.checks, { ...outcome.checks[0]!, claim: "a <b> that fails", value: 7 }],
  };
  const html = labPage([{ recipe, outcome: broken }], { quick: true, seed: 1 });
  expect(html).toContain(`${outcome.checks.length} of ${outcome.checks.length + 1} checks pass.`);
  expect(html).toContain("a &lt;b&gt; that fails");
  expect(html.match(/FAIL/g)).toHaveLength(1);
  expect(html).toContain("polytempo lab run eps-order --quick --svg eps-order.svg");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
});
