import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { killOrphans, trackedRegistry } from "../../src/engine/processes.ts";
import { createRunStore, processStartTime } from "../../src/store/index.ts";
import { scratch } from "./support.ts";

const at = scratch();

/** Running; one that has ended but that nobody has waited for does not count. */
const alive = (pid: number): boolean => processStartTime(pid) !== null;

/** A group of two: a shell and its child, whose pid it prints. */
async function group(): Promise<{
  readonly leader: number;
  readonly child: number;
  readonly ended: Promise<void>;
}> {
  const shell = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => shell.on("exit", () => resolve()));
  const child = await new Promise<number>((resolve) => {
    shell.stdout.once("data", (data: Buffer) => resolve(Number(data.toString())));
  });
  return { leader: shell.pid!, child, ended };
}

describe("killOrphans", () => {
  it("kills the whole group of a recorded leader, and forgets it", async () => {
    const store = await createRunStore(at("group"));
    const { leader, child, ended } = await group();
    trackedRegistry(store).add(leader);
    expect(await killOrphans(store)).toEqual([leader]);
    await ended;
    expect([alive(leader), alive(child)]).toEqual([false, false]);
    expect(store.trackedProcesses()).toEqual([]);
    store.close();
  });

  it.runIf(process.platform === "linux")("finds the group when its leader is gone already", async () => {
    const store = await createRunStore(at("leaderless"));
    const { leader, child, ended } = await group();
    trackedRegistry(store).add(leader);
    process.kill(leader, "SIGKILL");
    await ended;
    expect(alive(child)).toBe(true);
    expect(await killOrphans(store)).toEqual([leader]);
    expect(alive(child)).toBe(false);
    store.close();
  });

  it("leaves a process alone whose pid was used again", async () => {
    const store = await createRunStore(at("recycled"));
    const { leader, ended } = await group();
    store.trackProcess(leader, "another boot, another time");
    expect(await killOrphans(store)).toEqual([]);
    expect(alive(leader)).toBe(true);
    expect(store.trackedProcesses()).toEqual([]);
    process.kill(-leader, "SIGKILL");
    await ended;
    store.close();
  });
});
