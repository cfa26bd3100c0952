import type { Code, Local } from "../wasm/index.ts";

/** Writes four-lane arithmetic; `relaxed` allows fused multiply-add. */
export class Vectors {
  readonly code: Code;
  readonly relaxed: boolean;

  constructor(code: Code, relaxed: boolean) {
    this.code = code;
    this.relaxed = relaxed;
  }

  /** [a, b, c] → a·b + c, with the addend pushed by `addend` after the product when it is not fused. */
  mulAdd(addend: () => void): void {
    if (this.relaxed) {
      addend();
      this.code.op("f32x4.relaxed_madd");
    } else {
      this.code.op("f32x4.mul");
      addend();
      this.code.op("f32x4.add");
    }
  }

  /** Pushes Σ coefficients[i]·xⁱ by Horner's rule. */
  polynomial(x: Local, coefficients: readonly number[]): void {
    const { code } = this;
    code.f32x4(coefficients.at(-1)!);
    for (let i = coefficients.length - 2; i >= 0; i--) {
      code.get(x);
      this.mulAdd(() => code.f32x4(coefficients[i]!));
    }
  }

  /** Runs `body` with new locals that are released afterwards. */
  scoped(count: number, body: (...locals: Local[]) => unknown): void {
    const locals = Array.from({ length: count }, () => this.code.local("v128"));
    body(...locals);
    this.code.release(...locals);
  }
}
