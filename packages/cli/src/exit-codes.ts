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
  /** The deployment's data were restored while the server ran: it is to be started again. */
  restored: 5,
} as const;
