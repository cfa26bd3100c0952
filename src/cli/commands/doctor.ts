import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createRunStore } from "../../store/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { runsFolder } from "../record/locate.ts";
import { bytes } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii, paint } from "../text/style.ts";
import { padEnd } from "../text/width.ts";
import { version } from "../version.ts";
import { print } from "../world.ts";

interface Finding {
  readonly name: string;
  /** `missing`: something optional is not there. */
  readonly status: "ok" | "missing" | "bad";
  readonly text: string;
}

export const doctor: Implementation<"doctor"> = async ({ values }, world) => {
  const place = resolve(world.cwd, values.dir ?? runsFolder);
  const findings: Finding[] = [
    { name: "polytempo", status: "ok", text: version() },
    node(),
    machine(),
    await store(place, values.dir ?? runsFolder),
    disk(place),
    program("python", "python3", ["--version"], "only needed for Python trainers"),
    program(
      "numpy",
      "python3",
      ["-c", "import numpy; print('NumPy', numpy.__version__)"],
      "only needed for NumPy trainers",
    ),
    program(
      "gpu",
      "nvidia-smi",
      ["--query-gpu=index,name,memory.total", "--format=csv,noheader"],
      "no NVIDIA device found: --gpus is of no use here",
    ),
    {
      name: "terminal",
      status: "ok",
      text: `${world.err.isTTY ? `${world.err.columns} × ${world.err.rows}` : "none"}, ${world.err.style.colour ? "colour" : "no colour"}, ${world.err.style.unicode ? "Unicode" : "ASCII"}`,
    },
  ];
  const bad = findings.some(({ status }) => status === "bad");
  if (values.json) {
    print(world.out, [JSON.stringify({ v: 1, type: "doctor", ok: !bad, findings })]);
  } else {
    const colours = paint(world.out.style.colour);
    const marks = { ok: colours.green("✓"), missing: colours.dim("–"), bad: colours.red("✗") };
    const lines = findings.map(
      ({ name, status, text }) => `${marks[status]} ${padEnd(name, 10)} ${plain(text)}`,
    );
    print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
  }
  return bad ? exitCodes.usage : exitCodes.done;
};

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    name: "node",
    status: ok ? "ok" : "bad",
    text: ok ? process.versions.node : `${process.versions.node}: needs 20.19 or later`,
  };
}

const machine = (): Finding => ({
  name: "machine",
  status: "ok",
  text: `${availableParallelism()} cores, ${bytes(freemem())} of ${bytes(totalmem())} memory free, ${process.platform} ${process.arch}`,
});

/** The nearest folder that exists. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

async function store(place: string, shown: string): Promise<Finding> {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(existing(place), ".polytempo-doctor-"));
    const store = await createRunStore(join(folder, "run"));
    store.appendDecisions([{ generation: 0, kind: "run", member: null, body: {} }]);
    const count = store.decisionCount();
    store.close();
    return { name: "store", status: count === 1 ? "ok" : "bad", text: `SQLite writes in ${shown}` };
  } catch (error) {
    return {
      name: "store",
      status: "bad",
      text: `${shown}: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function disk(place: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(existing(place));
    const free = bavail * bsize;
    const low = free < 1e9;
    return {
      name: "disk",
      status: low ? "bad" : "ok",
      text: `${bytes(free)} free${low ? ": too little for checkpoints" : ""}`,
    };
  } catch {
    return { name: "disk", status: "missing", text: "free space is unknown here" };
  }
}

function program(name: string, command: string, args: readonly string[], absent: string): Finding {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  if (result.status !== 0) return { name, status: "missing", text: absent };
  const text = `${result.stdout}${result.stderr}`.trim().split("\n").join("; ");
  return { name, status: "ok", text };
}
