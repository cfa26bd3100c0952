import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Steps per second of the clock, and of processor time over all threads (which a busy machine does not change). */
export interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const script = (name: string): string => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

/** How each tool is started, given a Python and the folder of TensorFlow.js. */
export const peerCommands = (python: string, tfjs: string): Readonly<Record<string, readonly string[]>> => ({
  numpy: [python, script("peer.py"), "numpy"],
  jax: [python, script("peer.py"), "jax"],
  torch: [python, script("peer.py"), "torch"],
  tfjs: [process.execPath, script("tfjs.mjs"), tfjs],
});

/** Another tool on the same workload, in a process of its own that answers one request at a time. */
export class Peer {
  readonly name: string;
  versions: Readonly<Record<string, string>> = {};
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  private readonly answers: AsyncIterableIterator<string>;

  private constructor(name: string, [program, ...args]: readonly string[]) {
    this.name = name;
    this.child = spawn(program!, args);
    this.child.stderr.resume();
    this.lines = createInterface(this.child.stdout);
    this.answers = this.lines[Symbol.asyncIterator]();
  }

  /** A peer that is ready, or why there is none. */
  static async start(name: string, command: readonly string[]): Promise<Peer | string> {
    const peer = new Peer(name, command);
    const failed = new Promise<string>((resolve) => {
      peer.child.once("error", (error) => resolve(error.message));
    });
    const first = await Promise.race([failed, peer.answer()]);
    if (typeof first === "string") return first;
    if (typeof first["absent"] === "string") return first["absent"];
    peer.versions = first["versions"] as Record<string, string>;
    return peer;
  }

  /** Steps per second of a workload. */
  async measure(request: Readonly<Record<string, unknown>>): Promise<Rate | undefined> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.answer();
    if (typeof answer === "string") return undefined;
    this.versions = { ...this.versions, ...(answer["versions"] as Record<string, string>) };
    return { perSecond: answer["perSecond"] as number, perCpuSecond: answer["perCpuSecond"] as number };
  }

  close(): void {
    this.child.stdin.end();
    this.lines.close();
  }

  private async answer(): Promise<Record<string, unknown> | string> {
    const { value, done } = await this.answers.next();
    return done === true ? "the process ended" : (JSON.parse(value) as Record<string, unknown>);
  }
}
