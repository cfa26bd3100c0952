import type { Context } from "hono";
import { Refusal } from "./failure.ts";

/** Bodies of POST requests are small. */
const mostBody = 16_384;

/**
 * The JSON that a request brings. A long one is refused as soon as it is known to be long, without reading it.
 * @throws Refusal 400
 */
export async function bodyOf(context: Context): Promise<unknown> {
  const tooLong = new Refusal(400, "parameter", `The request is longer than ${mostBody} bytes.`);
  if (Number(context.req.header("content-length") ?? 0) > mostBody) throw tooLong;
  const text = await textOf(context.req.raw.body, tooLong);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, "parameter", "The request is not JSON.");
  }
}

async function textOf(body: ReadableStream<Uint8Array> | null, tooLong: Refusal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (const reader = body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > mostBody) {
      void reader.cancel().catch(() => {});
      throw tooLong;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
