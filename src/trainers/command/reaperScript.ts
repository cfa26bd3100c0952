/**
 * The program of the reaper: plain JavaScript for `node -e`, so that it needs no file beside it and starts in the same
 * way from source and from a build. Its standard input says `+pid` and `-pid` for process groups, one a line, and
 * `bye` when the run ended in order. When the input ends, it kills every group that is left, and every process whose
 * environment carries the run's token (first argument): that also finds a process started in the instant before its
 * group could be registered. A process id that now belongs to another process (other start time) is left alone.
 */
export const REAPER_SCRIPT = `
"use strict";
const fs = require("node:fs");
process.title = "polytempo-reaper";
const token = "POLYTEMPO_CONTROLLER=" + process.argv[1];
const groups = new Map();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"]) process.on(signal, () => {});

function started(pid) {
  try {
    const stat = fs.readFileSync("/proc/" + pid + "/stat", "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null;
  }
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

function sweep() {
  for (const [pid, start] of groups) {
    const now = started(pid);
    if (now === null || start === null || now === start) kill(-pid);
  }
  let names = [];
  try {
    names = fs.readdirSync("/proc");
  } catch {}
  for (const name of names) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (fs.readFileSync("/proc/" + name + "/environ", "latin1").split("\\0").includes(token)) kill(pid);
    } catch {}
  }
}

let rest = "";
let orderly = false;
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (line === "bye") orderly = true;
    else if (line[0] === "+" && pid > 1) groups.set(pid, started(pid));
    else if (line[0] === "-") groups.delete(pid);
  }
});
process.stdin.on("error", () => {});
process.stdin.on("close", () => {
  const delays = orderly ? [0] : [0, 50, 150, 300, 500, 1000];
  let last = 0;
  for (const delay of delays) setTimeout(sweep, (last += delay));
  setTimeout(() => process.exit(0), last + 1);
});
`;
