import { PrometheusMeter } from '@sealpost/adapter-prometheus';
import { SystemClock, SystemRandom, SystemTimers } from '@sealpost/adapter-system';
import type { AdapterHost } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import { faultRecord } from '../log/fault-record.ts';
import type { ServerLog } from '../log/log-record.ts';

/** What a server gives to its adapters. */
export const adapterHost = (
  { dataFolder }: Pick<Config, 'dataFolder'>,
  log: ServerLog,
  parts: Pick<AdapterHost, 'clock' | 'timers' | 'random' | 'meter'>,
): AdapterHost => ({
  ...parts,
  dataFolder,
  failed: (part, fault) => log(faultRecord(part, fault)),
  noticed: (severity, notice) =>
    log({ level: severity === 'info' ? 'info' : 'warn', event: 'adapter', notice }),
});

/** The same for a command that starts no server: nobody reads its figures. */
export const commandHost = (config: Pick<Config, 'dataFolder'>, log: ServerLog): AdapterHost =>
  adapterHost(config, log, {
    clock: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    meter: new PrometheusMeter(),
  });
