import type { Implementation } from "./invocation.ts";
import type { CommandName } from "./table/index.ts";

/** Each command's code, loaded only when it is called. */
export const implementations: { readonly [Name in CommandName]: () => Promise<Implementation<Name>> } = {
  init: async () => (await import("./commands/init.ts")).init,
  run: async () => (await import("./commands/run.ts")).run,
  resume: async () => (await import("./commands/resume.ts")).resume,
  verify: async () => (await import("./commands/verify.ts")).verify,
  status: async () => (await import("./commands/status.ts")).status,
  best: async () => (await import("./commands/best.ts")).best,
  schedule: async () => (await import("./commands/schedule.ts")).schedule,
  replay: async () => (await import("./commands/replay.ts")).replay,
  compare: async () => (await import("./commands/compare.ts")).compare,
  export: async () => (await import("./commands/export.ts")).exportRun,
  dashboard: async () => (await import("./commands/dashboard.ts")).dashboard,
  report: async () => (await import("./commands/report.ts")).report,
  check: async () => (await import("./commands/check.ts")).check,
  pause: async () => (await import("./commands/control.ts")).pause,
  unpause: async () => (await import("./commands/control.ts")).unpause,
  stop: async () => (await import("./commands/control.ts")).stop,
  retire: async () => (await import("./commands/control.ts")).retire,
  lab: async () => (await import("./commands/lab.ts")).lab,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  completion: async () => (await import("./commands/completion.ts")).completion,
  help: async () => (await import("./commands/help.ts")).help,
  __complete: async () => (await import("./commands/completion.ts")).complete,
};
