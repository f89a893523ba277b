import { randomUUID } from 'node:crypto';
import { limiterNames, type Stores, type UseCases } from '@sealpost/domain';
import { compose, type Composition } from '../../src/composition/compose.ts';
import { TOKENS } from '../../src/composition/tokens.ts';
import { configFrom } from '../../src/index.ts';
import { startComposed } from '../../src/lifecycle/start-server.ts';
import type { LogRecord, ServerLog } from '../../src/log/log-record.ts';
import { pinoLog } from '../../src/log/pino-log.ts';
import { password } from '../support/people.ts';

/** The server that is fuzzed: the composed one, whose use cases are counted and whose log is read. */
export interface Subject {
  readonly url: string;
  readonly port: number;
  readonly get: Composition['get'];
  readonly stores: Stores;
  /** Of the password that cases know, and of one that nobody does: hashed once, since it is slow. */
  readonly hashes: { readonly known: string; readonly secret: string };
  /** How often a use case was called; looking up who calls is none. */
  readonly reached: () => number;
  /** What was logged since it was asked before: the lines, and the records of faults among them. */
  readonly logged: () => { readonly lines: string; readonly faults: readonly LogRecord[] };
  readonly stop: () => Promise<void>;
}

type Storage = NonNullable<Parameters<typeof configFrom>[0]['storage']>;

/** What the transports call by themselves, whatever they were sent, and the second call of a case that makes two. */
const uncounted: Readonly<Record<string, readonly string[]>> = {
  identifyCaller: ['execute'],
  discover: ['page'],
  holdConnections: ['opened', 'ended', 'flush', 'superseded'],
  checkBundles: ['digest'],
};

/** The use cases, each of whose calls is counted. */
function counted(useCases: UseCases, count: () => void): UseCases {
  const wrapped = Object.entries(useCases).map(([name, useCase]: [string, object]) => {
    if (typeof useCase === 'function') return [name, useCase];
    const proxy = new Proxy(useCase, {
      get(target, method) {
        const value: unknown = Reflect.get(target, method, target);
        if (typeof value !== 'function') return value;
        return (...sent: unknown[]): unknown => {
          if (!uncounted[name]?.includes(String(method))) count();
          return Reflect.apply(value, target, sent);
        };
      },
    });
    return [name, proxy];
  });
  return Object.fromEntries(wrapped) as UseCases;
}

/** Cases are to be judged by what they are: how often they may come is tested elsewhere. */
const rate = { burst: 1_000_000, refill: 1_000_000, everyMs: 1_000 };
const rates = Object.fromEntries(limiterNames.map((name) => [name, rate]));

/** A server over `storage`, listening on a free port of 127.0.0.1. */
export async function startSubject(storage: Storage): Promise<Subject> {
  const config = configFrom({
    profile: 'memory',
    storage,
    port: 0,
    log: { level: 'debug' },
    cookies: { secret: 'a secret of the fuzz run, for nobody else' },
    http: { trustedProxies: 1 },
    limits: { rates },
  });
  let lines = '';
  let faults: LogRecord[] = [];
  const pino = pinoLog(config.log, { write: (line: string) => void (lines += line) });
  const log: ServerLog = (record) => {
    if (record.event === 'bug' || record.event === 'fault') faults.push(record);
    pino(record);
  };
  const composition = await compose(config, log);
  let calls = 0;
  const useCases = await composition.get(TOKENS.useCases);
  Object.assign(
    useCases,
    counted(useCases, () => void (calls += 1)),
  );
  const server = await startComposed(composition, config, log);
  const passwords = await composition.get(TOKENS.passwords);
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    get: composition.get,
    stores: (await composition.get(TOKENS.backends)).stores,
    hashes: { known: await passwords.hash(password), secret: await passwords.hash(randomUUID()) },
    reached: () => calls,
    logged: () => {
      const told = { lines, faults };
      [lines, faults] = ['', []];
      return told;
    },
    stop: () => server.stop(),
  };
}
