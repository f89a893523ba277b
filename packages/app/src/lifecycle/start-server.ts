import { tellCertificates } from '../backends/tell-certificates.ts';
import type { Composition } from '../composition/compose.ts';
import { TOKENS } from '../composition/tokens.ts';
import type { Config } from '../config/schema.ts';
import { consulting } from '../doctor/consultation.ts';
import { Proof } from '../doctor/proof.ts';
import { faultRecord } from '../log/fault-record.ts';
import type { ServerLog } from '../log/log-record.ts';
import { standardLog } from '../log/pino-log.ts';
import { openBackends, prepareBackends, startWork } from './bring-up.ts';
import { Closing } from './closing.ts';
import { HttpListener } from './http-listener.ts';

export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8470`. */
  readonly url: string;
  /**
   * Takes nothing new, finishes what was begun, tells connected clients when to come back, and closes everything (G18),
   * within `drainMs`; what is not done then is cut. May be called again.
   */
  stop(): Promise<void>;
  /**
   * Resolves when it has stopped. `restored`: by itself, since the deployment's data were restored (G9); it is to be
   * started anew.
   */
  readonly ended: Promise<'stopped' | 'restored'>;
}

/**
 * Starts a server: store, migrations, keys, revocations, transports, in this order; it is ready when this resolves.
 * Rejects with nothing left running or open. Records go to standard error unless a log is given.
 */
export async function startServer(
  config: Config,
  log: ServerLog = standardLog(config),
): Promise<RunningServer> {
  const { profile, storage } = config;
  log({ level: 'info', event: 'starting', profile, storage: storage.kind });
  // Loaded here, since commands that start no server need none of it.
  const { compose } = await import('../composition/compose.ts');
  return startComposed(await compose(config, log), config, log);
}

/** Starts the server of these parts, which can be looked into while it runs. */
export async function startComposed(
  composition: Composition,
  config: Config,
  log: ServerLog,
): Promise<RunningServer> {
  const began = performance.now();
  const closing = new Closing((step, fault) => log(faultRecord(`closing ${step}`, fault)));
  try {
    const backends = await openBackends(composition, closing);
    tellCertificates(config, log);
    await prepareBackends(backends, log);
    await startWork(composition, closing);
    const server = await listen(composition, config, closing, log);
    log({ level: 'info', event: 'ready', tookMs: Math.round(performance.now() - began) });
    return server;
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function listen(
  { get }: Composition,
  config: Config,
  closing: Closing,
  log: ServerLog,
): Promise<RunningServer> {
  const listener = new HttpListener();
  closing.add('http', () => listener.cut());
  const url = await listener.listen(config);
  (await get(TOKENS.address)).listensOn(url);
  const [app, sockets, secret, { adapters }] = await Promise.all([
    get(TOKENS.httpApp),
    get(TOKENS.sockets),
    get(TOKENS.csrfSecret),
    get(TOKENS.backends),
  ]);
  closing.add('sockets', () => sockets.stop());
  sockets.attach(listener.server);
  listener.serve(consulting(app, { proof: new Proof(secret), config, adapters }));
  const stop = async (): Promise<void> => {
    log({ level: 'info', event: 'stopping' });
    const drained = Promise.all([listener.close(), sockets.drain()]);
    if (!(await inTime(drained, config.drainMs)))
      log({ level: 'warn', event: 'drain_cut', limitMs: config.drainMs });
    await closing.close();
    log({ level: 'info', event: 'stopped' });
  };
  const ended = Promise.withResolvers<'stopped' | 'restored'>();
  let stopped: Promise<void> | null = null;
  const stopOnce = (why: 'stopped' | 'restored'): Promise<void> =>
    (stopped ??= stop().then(() => ended.resolve(why)));
  const { over } = await get(TOKENS.incarnation);
  void over.then(() => {
    log({ level: 'error', event: 'restored' });
    return stopOnce('restored');
  });
  return { url, stop: () => stopOnce('stopped'), ended: ended.promise };
}

async function inTime(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, limitMs, false);
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
