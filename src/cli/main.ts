#!/usr/bin/env node
import { cli } from "./cli.ts";
import { processWorld } from "./process.ts";

// A reader that has gone (`| head`) ends the output, not the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await cli(process.argv.slice(2), processWorld());
// What a trainer's module may have left open must not keep a finished command alive; text still in pipes must go out.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))),
);
process.exit(code);
