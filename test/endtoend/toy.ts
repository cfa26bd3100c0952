import { join } from "node:path";
import { root } from "../cli/polytempo.ts";

/** A way to train the toy of the PBT paper: the same arithmetic in TypeScript and at each level of the protocol. */
export type Kind = "module" | "level 1" | "level 2" | "level 3";
export const kinds: readonly Kind[] = ["module", "level 1", "level 2", "level 3"];

const python = (name: string): string[] => ["--", "python3", join(root, "examples", "python", name)];
const space = "--hp h0~uniform(0,1) --hp h1~uniform(0,1) --metric q:max --interval 4".split(" ");
const placeholders = "--h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}".split(" ");

/**
 * The words of `polytempo run` for a toy population. Its winner is the best value seen, as programs have it by default:
 * with finalists evaluated anew, the logs of the kinds would differ in how often.
 */
export function toyPopulation(kind: Kind, more: readonly string[]): string[] {
  const flags = ["--reevaluate", "0", ...more];
  switch (kind) {
    case "module":
      return ["run", join(root, "test", "endtoend", "fixtures", "toy.mjs"), ...flags];
    case "level 1":
      return ["run", ...space, ...flags, ...python("toy_arguments.py"), ...placeholders];
    case "level 2":
      return ["run", ...space, ...flags, "--level", "2", ...python("toy_environment.py")];
    case "level 3":
      return ["run", ...space, ...flags, "--resident", ...python("toy_resident.py")];
  }
}
