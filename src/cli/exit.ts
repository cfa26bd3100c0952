/** Exit codes; the table of user documentation is generated from here. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  population: 3,
  store: 4,
  requirement: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means, in the order of the codes. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done, or stopped because polytempo stop, or the key s, asked for it",
  1: "a bug in polytempo: the message says where the diagnostic file is",
  2: "usage or configuration",
  3: "training failed: fewer members alive than --min-alive, or every first attempt failed alike",
  4: "run directory in conflict, corrupt, or not matching on resume",
  5: "finished, but --require is not met",
  130: "interrupted (Ctrl-C): state saved, the resume command is printed",
  143: "terminated (SIGTERM): state saved, the resume command is printed",
};
