import { given } from './parts.ts';
import { RedisServer, type RedisSettings } from './redis-server.ts';

export interface RedisPart {
  readonly url: string;
  /** Stops the server; leaves one that was named from outside alone. */
  stop(): Promise<void>;
}

/** A Redis that nobody else uses. */
export interface OwnRedisPart extends RedisPart {
  /** Its process; another one after a restart. */
  readonly pid: number;
  /** SIGKILL; settles when it is gone, and with it everything that it held. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty; kills it first if it runs. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

/**
 * A Redis for tests: the one that `SEALPOST_REDIS_URL` names, else a new one from this machine's `redis-server`.
 *
 * Callers keep apart what they make, by a prefix of their own.
 */
export async function redisPart(): Promise<RedisPart> {
  const url = given('SEALPOST_REDIS_URL');
  return url === null ? ownRedisPart() : { url, stop: () => Promise.resolve() };
}

/**
 * A new Redis on a free port of 127.0.0.1, without anything on disk, whatever `SEALPOST_REDIS_URL` says.
 *
 * - It does not outlive this process, however that ends.
 * - Throws with what Redis said when it does not start.
 */
export async function ownRedisPart(settings: RedisSettings = {}): Promise<OwnRedisPart> {
  const server = await RedisServer.start(() => Promise.resolve(settings));
  const password = settings['requirepass'];
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
  return {
    url: `redis://${secret}127.0.0.1:${server.port}`,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: () => server.stop(),
  };
}
