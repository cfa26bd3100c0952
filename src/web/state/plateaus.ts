/** When a curve counts as stuck: names as in schedules that react to plateaus. */
export interface PlateauRule {
  /** Generations without improvement before a plateau is called. */
  readonly patience: number;
  /** An improvement is more than rtol × |best| + atol. */
  readonly rtol: number;
  readonly atol: number;
  /** Generations after a plateau's end in which none is called. */
  readonly cooldown: number;
}

/** Rows [from, until] of a stretch, and whether it is over. */
export type Stuck = readonly [from: number, until: number, over: boolean];

/**
 * Stretches of a best-so-far curve without improvement: from the last improvement to the next one, when at least
 * `patience` rows lie between. Rows without a value improve nothing.
 * @param values `[n]` best so far, in either direction
 * @param sign +1 where higher is better, −1 where lower is
 * @returns row indices [from, until], and whether an improvement ended it: the last may go on at the newest row
 */
export function plateausOf(values: ArrayLike<number>, sign: 1 | -1, rule: PlateauRule): Stuck[] {
  const found: Stuck[] = [];
  let best = Number.NaN;
  let since = 0;
  let rest = 0;
  const close = (until: number, over: boolean): void => {
    if (until - since < rule.patience) return;
    found.push([since, until, over]);
    rest = rule.cooldown;
  };
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const improved = Number.isNaN(best)
      ? !Number.isNaN(value)
      : sign * (value - best) > rule.rtol * Math.abs(best) + rule.atol;
    if (rest > 0) {
      rest -= 1;
      since = i;
      if (improved) best = value;
      continue;
    }
    if (!improved) continue;
    if (!Number.isNaN(best)) close(i, true);
    best = value;
    since = i;
  }
  if (!Number.isNaN(best)) close(values.length - 1, false);
  return found;
}
