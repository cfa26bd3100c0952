import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import { encodeColumns } from "../figures/index.ts";
import type { Answer } from "./views/answer.ts";

/** Below this, packing costs more than it saves. */
const leastPacked = 16_384;

/** For a file's name in a header: letters, digits, dots, dashes. */
export const attachment = (name: string): string =>
  `attachment; filename="${name.replace(/[^\w.-]+/g, "_")}"`;

/**
 * An answer as a response.
 * @param run its name, for the names of downloads
 * @param done called when the last line of a CSV has left, or nobody wants it any more
 */
export function reply(
  context: Context,
  given: Answer | Uint8Array<ArrayBuffer>,
  run: string,
  done: () => void,
): Response {
  if (given instanceof Uint8Array || given.kind !== "csv") done();
  if (given instanceof Uint8Array) return kept(context, given);
  switch (given.kind) {
    case "columns":
      return binary(context, encodeColumns(given.value));
    case "csv":
      context.header("Content-Type", "text/csv; charset=utf-8");
      context.header("Content-Disposition", attachment(`${run}-${given.file}`));
      if (context.req.method === "HEAD") {
        done();
        return context.body(null);
      }
      return context.body(lineStream(given.lines, done));
    case "json": {
      context.header("Content-Type", "application/json");
      const text = JSON.stringify(given.value);
      return packs(context) && text.length >= leastPacked
        ? packed(context, Buffer.from(text))
        : context.body(text);
    }
  }
}

/** Names answers that are kept, across restarts too. */
const tags = new WeakMap<Uint8Array, string>();
const session = randomBytes(9).toString("base64url");
let tagged = 0;

function tagOf(bytes: Uint8Array): string {
  let tag = tags.get(bytes);
  if (tag === undefined) {
    tag = `"${session}-${++tagged}"`;
    tags.set(bytes, tag);
  }
  return tag;
}

/** An answer that is kept has a tag: who has it already is told so, and sent nothing. */
function kept(context: Context, bytes: Uint8Array<ArrayBuffer>): Response {
  const tag = tagOf(bytes);
  context.header("ETag", tag);
  return context.req.header("if-none-match") === tag ? context.body(null, 304) : binary(context, bytes);
}

/** Numbers go as they are; images of bytes (the raster) pack well. */
function binary(context: Context, bytes: Uint8Array<ArrayBuffer>): Response {
  context.header("Content-Type", "application/octet-stream");
  const image = context.req.path.endsWith("/raster");
  return image && packs(context) ? packed(context, bytes) : context.body(bytes);
}

/** The client takes gzip: named, and not with a weight of nothing. */
const packs = (context: Context): boolean =>
  (context.req.header("accept-encoding") ?? "")
    .split(",")
    .some((coding) => /^\s*gzip\s*(;|$)/i.test(coding) && !/;\s*q=0(\.0*)?\s*$/i.test(coding));

function packed(context: Context, bytes: Uint8Array): Response {
  context.header("Content-Encoding", "gzip");
  context.header("Vary", "Accept-Encoding");
  return context.body(new Uint8Array(gzipSync(bytes, { level: 1 })));
}

/** Lines in pieces of some kilobytes, made as fast as they are read. */
function lineStream(lines: Iterable<string>, done: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      try {
        let text = "";
        while (text.length < 65_536) {
          const next = iterator.next();
          if (next.done === true) {
            if (text !== "") controller.enqueue(encoder.encode(text));
            controller.close();
            done();
            return;
          }
          text += `${next.value}\n`;
        }
        controller.enqueue(encoder.encode(text));
      } catch (error) {
        // The client sees a response that ends too early, never a file that only looks complete.
        done();
        throw error;
      }
    },
    cancel() {
      iterator.return?.();
      done();
    },
  });
}
