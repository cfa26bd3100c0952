import { UsageError } from "../errors/index.ts";
import { type LossContext, scan, type Tensor, type Tensors } from "../tensor/index.ts";
import type { ParameterSpecs } from "./net.ts";

/** One kind of recurrent unit. `State` holds tensors `[batch, …]`; the output is `[batch, units]`. */
export interface Cell<State> {
  readonly parameters: ParameterSpecs;
  readonly units: number;
  /** What the input of one time contributes: `[batch, inputs] → [batch, …]`. */
  project(p: Tensors, x: Tensor): Tensor;
  /** The state before the first step. */
  start(p: Tensors, batch: number, context: LossContext): State;
  /** One step, from the state and this time's projected input `[batch, …]`. */
  step(p: Tensors, state: State, input: Tensor, context: LossContext): State;
  output(state: State): Tensor;
  /**
   * What one step keeps of each unit's own state, `[batch, units]` in (0, 1): the update gate of `gru`, the forget gate of
   * `lstm`, 1 − α of `leaky`, 1/(1 + dt(1/τ + f)) of `liquid`. Left out: the cell has no such number.
   */
  retention?(p: Tensors, state: State, input: Tensor, context: LossContext): Tensor;
}

/** How to run a cell: from where, and in which direction. */
export interface UnrollOptions<State> {
  readonly from?: State;
  readonly reverse?: boolean;
}

export interface Unrolled<State> {
  /** `[batch, time, units]` */
  readonly outputs: Tensor;
  readonly last: State;
}

/**
 * Runs a cell over a sequence, as one `scan`: what is traced, compiled and shipped does not grow with time.
 * @param x `[batch, time, inputs]`
 */
export function unroll<State>(
  cell: Cell<State>,
  p: Tensors,
  x: Tensor,
  context: LossContext,
  { from, reverse = false }: UnrollOptions<State> = {},
): Unrolled<State> {
  if (x.rank !== 3) {
    throw x.graph.error(
      `unroll: needs [batch, time, inputs], got [${x.shape.join(", ")}]. Reshape the input.`,
    );
  }
  const batch = x.shape[0]!;
  const { carry, ys } = scan(
    (state: State, now: Tensor) => {
      // Time by time, not in one product before the loop: nothing of it is kept, and rows can be left out.
      const input = cell.project(p, now);
      const next = cell.step(p, state, input, context);
      return { carry: next, y: cell.output(next) };
    },
    from ?? cell.start(p, batch, context),
    x.transpose([1, 0, 2]),
    { reverse },
  );
  return { outputs: ys.transpose([1, 0, 2]), last: carry };
}

/**
 * Effective time constant of each unit over a sequence, in steps: −1/log of its mean retention over batch and time. Of `leaky`
 * it is τ itself; of gated units what their gates make of it on these inputs.
 * @param x `[batch, time, inputs]`
 * @returns `[units]`
 * @throws UsageError for a cell that does not say what it retains
 * @see docs/theory, T8.1
 */
export function effectiveTimeConstants<State>(
  cell: Cell<State>,
  p: Tensors,
  x: Tensor,
  context: LossContext,
): Tensor {
  if (cell.retention === undefined) {
    throw new UsageError(
      "effectiveTimeConstants: needs a cell with `retention`, such as leaky, liquid, gru and lstm have. Add it to this one.",
    );
  }
  const { ys } = scan(
    (state: State, now: Tensor) => {
      const input = cell.project(p, now);
      return { carry: cell.step(p, state, input, context), y: cell.retention!(p, state, input, context) };
    },
    cell.start(p, x.shape[0]!, context),
    x.transpose([1, 0, 2]),
  );
  return ys.mean([0, 1]).log().reciprocal().neg();
}
