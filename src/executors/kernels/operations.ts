import type { Node } from "../../tensor/index.ts";
import {
  exponential,
  hyperbolicTangent,
  logarithm,
  logistic,
  sineOrCosine,
  softplus,
  type Vectors,
} from "../emit/index.ts";

/** What distinguishes two elementwise nodes for the generator. */
export interface Elementwise {
  readonly op: Node["op"];
  /** Of the inputs, for comparisons. */
  readonly integer: boolean;
}

/** Virtual nodes that are copied: the value itself. */
const copies: ReadonlySet<string> = new Set(["stopGradient", "reshape", "broadcast", "transpose", "slice"]);

/** Whether an operation gives anything but the value itself. */
export const computes = ({ op }: Elementwise): boolean => !copies.has(op);

/** [inputs] → value: four lanes of an elementwise operation. */
export function elementwise(v: Vectors, { op, integer }: Elementwise): void {
  const { code } = v;
  const one = (): void => void code.f32x4(1).op("v128.and");
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      code.op(`f32x4.${op}`);
      return;
    case "maximum":
      code.op("f32x4.max");
      return;
    case "minimum":
      code.op("f32x4.min");
      return;
    case "neg":
    case "sqrt":
      code.op(`f32x4.${op}`);
      return;
    case "exp":
      return exponential(v);
    case "log":
      return logarithm(v);
    case "tanh":
      return hyperbolicTangent(v);
    case "sigmoid":
      return logistic(v);
    case "softplus":
      return softplus(v);
    case "sin":
    case "cos":
      return sineOrCosine(v, op);
    case "relu":
      code.f32x4(0).op("f32x4.pmax");
      return;
    case "square":
      v.scoped(1, (x) => code.tee(x).get(x).op("f32x4.mul"));
      return;
    case "reciprocal":
      v.scoped(1, (x) => code.set(x).f32x4(1).get(x).op("f32x4.div"));
      return;
    case "heaviside":
      code.f32x4(0).op("f32x4.gt");
      return one();
    case "greater":
      code.op(integer ? "i32x4.gt_s" : "f32x4.gt");
      return one();
    case "greaterEqual":
      code.op(integer ? "i32x4.ge_s" : "f32x4.ge");
      return one();
    case "equal":
      code.op(integer ? "i32x4.eq" : "f32x4.eq");
      return one();
    case "where":
      v.scoped(3, (condition, a, b) => {
        code.set(b).set(a).set(condition);
        code.get(a).get(b).get(condition).f32x4(0).op("f32x4.ne").op("v128.bitselect");
      });
      return;
    case "toFloat":
      code.op("f32x4.convert_i32x4_s");
      return;
    default:
      // A virtual node that is copied: the value itself.
      return;
  }
}
