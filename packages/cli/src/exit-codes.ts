/** What the exit code of `sealpost` says. */
export const exitCodes = {
  done: 0,
  /** Something failed that should not have. */
  failed: 1,
  /** Wrong command or arguments. */
  usage: 2,
  /** The configuration was refused. */
  configuration: 3,
  /** The configuration is in order, but the machine is not: a port or folder in use, a database that is out of date. */
  cannotStart: 4,
} as const;
