/** Bounds on what a trainer may say; everything beyond them is refused, never stored. */
export const LIMITS = {
  /** Longest report line, in bytes. */
  lineBytes: 65_536,
  /** Names of metrics and hyperparameters, in characters. */
  nameLength: 128,
  metricsPerReport: 256,
  /** Reports of one segment that are passed on; further ones only update the final values. */
  reportsPerSegment: 10_000,
  /** Size of a report file. */
  reportFileBytes: 8 * 1024 * 1024,
  /** Longest message that a trainer may give for its own failure, in characters. */
  messageLength: 4000,
  checkpointEntries: 100_000,
} as const;

/** Version of the protocol between Polytempo and trainers: `POLYTEMPO_PROTOCOL`, and `protocol` of `hello`. */
export const PROTOCOL_VERSION = 1;
