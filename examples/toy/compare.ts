// npx tsx examples/toy/compare.ts: the paper's comparison over 50 seeds.
import { simulate, type Variant, variants } from "./simulate.ts";

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

/** Mean over seeds of the better member's Q after so many steps. */
export const meanBest = (variant: Variant, steps: number): number =>
  seeds.reduce((sum, seed) => sum + simulate(seed, variant, steps).at(-1)!, 0) / seeds.length;

if (process.argv[1]?.endsWith("compare.ts") === true) {
  console.log("variant        Q at 100   Q at 200   (mean of 50 seeds; at most 1.2)");
  for (const variant of Object.keys(variants) as Variant[]) {
    const [early, late] = [100, 200].map((steps) => meanBest(variant, steps).toFixed(4));
    console.log(`${variant.padEnd(14)} ${early}     ${late}`);
  }
}
