import { parameter, setParameters } from "./location.ts";
import type { PlateauRule } from "./plateaus.ts";

export { type PlateauRule, plateausOf } from "./plateaus.ts";

export const defaultRule: PlateauRule = { patience: 4, rtol: 0.01, atol: 0, cooldown: 0 };
const names = ["patience", "rtol", "atol", "cooldown"] as const;

/** The rule of the view, from the address (`plateau=4~0.01~0~0`). It never changes the run. */
export function plateauRule(): PlateauRule {
  const given = parameter("plateau")?.split("~").map(Number) ?? [];
  const rule = { ...defaultRule };
  names.forEach((name, i) => {
    const value = given[i];
    if (value !== undefined && Number.isFinite(value) && value >= (name === "patience" ? 1 : 0))
      rule[name] = value;
  });
  return rule;
}

export const setPlateauRule = (rule: PlateauRule): void =>
  setParameters({ plateau: names.map((name) => rule[name]).join("~") });
