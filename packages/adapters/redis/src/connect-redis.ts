import type {
  Allowance,
  FanOut,
  Finding,
  PresenceLeases,
  RateLimiter,
  StoredValue,
} from '@sealpost/domain';
import { Commands } from './commands.ts';
import { everyValue } from './every-value.ts';
import { examine } from './examine.ts';
import { type RedisOptions, settingsOf } from './options.ts';
import { type FanOutPorts, RedisFanOut } from './redis-fan-out.ts';
import { RedisPresenceLeases } from './redis-presence-leases.ts';
import { RedisRateLimiter } from './redis-rate-limiter.ts';

export type RedisPorts = FanOutPorts;

export interface RedisHealth {
  /** Whether commands are answered within `answerMs`. */
  readonly answers: boolean;
  /** Whether everything that other processes tell is heard; false until something subscribed. */
  readonly listens: boolean;
}

/** What is between the processes of a deployment, on one Redis. Losing all that is in it loses nothing else (G15). */
export interface RedisParts {
  readonly fanOut: FanOut;
  readonly presence: PresenceLeases;
  /** Counts for all processes on this Redis. */
  rateLimiter(rates: Readonly<Record<string, Allowance>>): RateLimiter;
  /** How it is now; never rejects. */
  health(): Promise<RedisHealth>;
  /** What an operator should put right; empty when nothing. Never rejects. */
  examine(): Promise<readonly Finding[]>;
  /** Every key of this deployment and all that is in it, for audits. */
  everyValue(): AsyncIterable<StoredValue>;
  /** Ends what is being told and closes the connections; every later call is refused. */
  stop(): Promise<void>;
}

/**
 * Connects when first asked something or subscribed to. Throws `RedisOptionError`.
 *
 * - Faults are `AdapterFailure`s without values, after `answerMs` at the latest; `failed` is told of those that no caller sees.
 * - It needs Redis 7 or newer. Redis need not be there when the process starts.
 */
export function connectRedis(options: RedisOptions, ports: RedisPorts): RedisParts {
  const settings = settingsOf(options);
  const commands = new Commands(settings, ports);
  const fanOut = new RedisFanOut(commands, settings, ports);
  const ping = (operation: string): Promise<unknown> =>
    commands.run(operation, (client) => client.ping());
  return {
    fanOut,
    presence: new RedisPresenceLeases(commands, settings),
    rateLimiter: (rates) => new RedisRateLimiter(commands, settings, rates),
    health: async () => ({
      answers: await ping('health').then(
        () => true,
        () => false,
      ),
      listens: fanOut.isListening,
    }),
    examine: () =>
      examine(settings, ports.timers, {
        ping: () => ping('examine'),
        isDeaf: () => fanOut.isDeaf,
      }),
    everyValue: () => everyValue(commands, settings),
    stop: async () => {
      await fanOut.stop();
      commands.stop();
    },
  };
}
