const operators = {
  "<=": (a: number, b: number) => a <= b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  ">": (a: number, b: number) => a > b,
} as const;

/** A condition on the best member's metric. */
export interface Requirement {
  readonly metric: string;
  readonly text: string;
  readonly meets: (value: number) => boolean;
}

/** Reads `loss<=0.05`; null when it does not read as a condition. */
export function parseRequirement(text: string): Requirement | null {
  const match = /^\s*(.+?)\s*(<=|>=|<|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*$/i.exec(text);
  if (match === null) return null;
  const bound = Number(match[3]);
  const operator = operators[match[2] as keyof typeof operators];
  return {
    metric: match[1]!,
    text: `${match[1]}${match[2]}${match[3]}`,
    meets: (value) => operator(value, bound),
  };
}
