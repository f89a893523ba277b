import { SocketConnections, SocketIoTransport, socketOptions } from '@sealpost/adapter-socketio';
import { ContainerModule } from 'inversify';
import { Readiness } from '../runtime/readiness.ts';
import { bindFrom } from './bind-from.ts';
import type { Storage } from './storage.ts';
import { TOKENS } from './tokens.ts';

const {
  clock,
  config,
  connections,
  log,
  meter,
  random,
  timers,
  useCases,
  cookies,
  socketSettings,
} = TOKENS;

/** How clients reach the server. */
export const transportModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.httpApp).toResolvedValue(
      () => (_request, response) => void response.writeHead(503).end(),
    );
    bind(cookies).toResolvedValue(() => ({ fromCookies: () => null }));
    bind(TOKENS.readiness).toResolvedValue(
      (storage: Storage) => new Readiness(storage),
      [TOKENS.storage],
    );
    bindFrom(bind, socketSettings, { config }, (parts) => {
      const { allowedOrigins, drainMs, limits } = parts.config;
      return socketOptions({ allowedOrigins, drainMs }, limits);
    });
    bindFrom(
      bind,
      connections,
      { clock, random, meter, log, options: socketSettings },
      (parts) => new SocketConnections(parts),
    );
    bindFrom(
      bind,
      TOKENS.sockets,
      {
        connections,
        useCases,
        cookies,
        clock,
        timers,
        random,
        meter,
        log,
        options: socketSettings,
      },
      (parts) => new SocketIoTransport(parts),
    );
  });
