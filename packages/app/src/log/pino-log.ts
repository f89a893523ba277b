import { type DestinationStream, pino } from 'pino';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from './log-record.ts';

/**
 * One JSON object a line, with `time` and `level`. Only records are taken, never errors, requests or free text, so that
 * what a client sent cannot get in.
 */
export function pinoLog({ level }: Config['log'], destination: DestinationStream): ServerLog {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return ({ level: severity, ...record }) => logger[severity](record);
}

/** To standard error, so that what a command prints stays apart; nothing is lost when the process ends. */
export const standardLog = ({ log }: Pick<Config, 'log'>): ServerLog =>
  pinoLog(log, pino.destination({ fd: 2, sync: true }));
