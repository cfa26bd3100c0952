import type { ApiError } from "./types.ts";

/** A request that gets an error as its answer. */
export class Refusal extends Error {
  readonly status: 400 | 403 | 404 | 405 | 409 | 503;
  readonly kind: string;

  constructor(status: Refusal["status"], kind: string, message: string) {
    super(message);
    this.status = status;
    this.kind = kind;
  }

  get body(): ApiError {
    return { error: { kind: this.kind, message: this.message } };
  }
}

export const missing = (message: string): Refusal => new Refusal(404, "missing", message);
export const badParameter = (message: string): Refusal => new Refusal(400, "parameter", message);
