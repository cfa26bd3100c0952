import { Graph } from "./graph.ts";
import type { DType, Program, Shape } from "./ir.ts";
import { wantFinite } from "./literals.ts";
import { optimise } from "./optimise.ts";
import { Tensor } from "./tensor.ts";

/** What a program under construction offers: storage, randomness, updates and metrics, all of one member. */
export class Trace {
  readonly graph = new Graph();

  /** A trained value: copied, merged and checkpointed with its member. */
  parameter(name: string, shape: Shape): Tensor {
    return new Tensor(this.graph, this.graph.read(name, "parameter", shape));
  }
  /** State that goes with the member: of an optimizer, of a recurrent net between calls. */
  state(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
    return new Tensor(this.graph, this.graph.read(name, "state", shape, dtype));
  }
  /** A hyperparameter: one number per member unless a shape is given. */
  hyper(name: string, shape: Shape = []): Tensor {
    return new Tensor(this.graph, this.graph.read(name, "hyper", shape));
  }
  /** A member's own rows that do not go with copies: replay, outputs that the host reads. */
  memory(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
    return new Tensor(this.graph, this.graph.read(name, "memory", shape, dtype));
  }
  /** An array that all members share. */
  data(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
    return new Tensor(this.graph, this.graph.read(name, "data", shape, dtype));
  }

  /** At the end of the step, slot ← value. */
  update(slot: string, value: Tensor): void {
    this.graph.update(slot, value.id);
  }
  /** Storage that receives a value at each step, for the host to read. */
  output(name: string, value: Tensor): void {
    this.graph.read(name, "memory", value.shape, value.dtype);
    this.update(name, value);
  }
  /** A number per member that the session averages over the steps of a call. */
  metric(name: string, value: Tensor): void {
    this.graph.metric(name, value.id);
  }

  /** The step's number. */
  get step(): Tensor {
    return new Tensor(this.graph, this.graph.add({ op: "step" }, []));
  }
  /** Numbers as a tensor. */
  constant(values: number | ArrayLike<number>, shape?: Shape): Tensor {
    const literal = typeof values === "number" ? values : Float64Array.from(values);
    wantFinite(this.graph, "constant", literal);
    const size = shape ?? (typeof literal === "number" ? [] : [literal.length]);
    return new Tensor(this.graph, this.graph.add({ op: "constant", values: literal }, [], { shape: size }));
  }
  /** A standard normal draw; offset 1 gives what the next step draws with offset 0 under the same purpose. */
  normal(purpose: string, shape: Shape, offset = 0): Tensor {
    return new Tensor(this.graph, this.graph.add({ op: "normal", purpose, offset }, [], { shape }));
  }
  /** A uniform draw in [0, 1). */
  uniform(purpose: string, shape: Shape, offset = 0): Tensor {
    return new Tensor(this.graph, this.graph.add({ op: "uniform", purpose, offset }, [], { shape }));
  }
  /** Rows drawn with replacement: int32 `[count]` in 0 … bound − 1, or below the member's own number of rows. */
  randomIndex(purpose: string, count: number, bound: number, own?: Tensor): Tensor {
    const inputs = own === undefined ? [] : [own.id];
    return new Tensor(
      this.graph,
      this.graph.add({ op: "randomIndex", purpose, bound }, inputs, { shape: [count] }),
    );
  }
  /**
   * Rows without replacement: int32 `[count]`, entries position … position + count − 1 of the order of this epoch; behind
   * its end those of the next one's begin.
   */
  shuffledIndex(purpose: string, count: number, bound: number, epoch: Tensor, position: Tensor): Tensor {
    return epoch.apply({ op: "shuffledIndex", purpose, bound }, [position], [count]);
  }
  /** Rows in order: int32 `[count]`, element i is (step·count + i) mod bound. */
  sequentialIndex(count: number, bound: number): Tensor {
    return new Tensor(this.graph, this.graph.add({ op: "sequentialIndex", bound }, [], { shape: [count] }));
  }
  /** `[max]`: 1/size for the first `size` entries, else 0. */
  batchWeights(size: Tensor, max: number): Tensor {
    return size.apply({ op: "batchWeights" }, [], [max]);
  }

  /** The simplified program. */
  program(): Program {
    return optimise(this.graph.program());
  }
}

/**
 * A program from a function that builds one member's step.
 * @example
 * const walk = trace((t) => {
 *   const x = t.state("x", [2]);
 *   t.update("x", x.add(t.normal("walk", [2]).mul(t.hyper("size"))));
 * });
 */
export function trace(build: (t: Trace) => void): Program {
  const t = new Trace();
  build(t);
  return t.program();
}
