import { PrometheusMeter } from '@sealpost/adapter-prometheus';
import {
  SystemClock,
  SystemDigest,
  SystemRandom,
  SystemSignatureVerifier,
  SystemTimers,
  SystemTurn,
} from '@sealpost/adapter-system';
import type { Limits } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from '../log/log-record.ts';
import { TOKENS } from './tokens.ts';

/** Rates have a place of their own; what remains is told to clients. */
function withoutRates(all: Config['limits']): Limits {
  const { rates: _rates, ...limits } = all;
  return limits;
}

/** What comes from the machine and from the operator, in every profile the same. */
export const systemModule = (config: Config, log: ServerLog): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toResolvedValue(() => config);
    bind(TOKENS.limits).toResolvedValue(
      ({ limits }: Config) => withoutRates(limits),
      [TOKENS.config],
    );
    bind(TOKENS.log).toResolvedValue(() => log);
    bind(TOKENS.clock).toResolvedValue(() => new SystemClock());
    bind(TOKENS.timers).toResolvedValue(() => new SystemTimers());
    bind(TOKENS.turn).toResolvedValue(() => new SystemTurn());
    bind(TOKENS.random).toResolvedValue(() => new SystemRandom());
    bind(TOKENS.digest).toResolvedValue(() => new SystemDigest());
    bind(TOKENS.verifier).toResolvedValue(() => new SystemSignatureVerifier());
    bind(TOKENS.meter).toResolvedValue(() => new PrometheusMeter());
  });
