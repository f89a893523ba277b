import { cookieCredentials, edgeOptions, expressApp } from '@sealpost/adapter-express';
import { SocketConnections, SocketIoTransport, socketOptions } from '@sealpost/adapter-socketio';
import { ContainerModule } from 'inversify';
import { Address } from '../runtime/address.ts';
import { Readiness } from '../runtime/readiness.ts';
import { version } from '../version.ts';
import { bindFrom } from './bind-from.ts';
import { cookieSecret } from './cookie-secret.ts';
import { TOKENS } from './tokens.ts';

const {
  address,
  clock,
  config,
  connections,
  cookies,
  csrfSecret,
  limits,
  log,
  meter,
  random,
  timers,
  useCases,
} = TOKENS;
const {
  edgeSettings,
  httpApp,
  readiness,
  socketBounds,
  socketSettings,
  sockets,
  backends,
  throttle,
} = TOKENS;

const socketParts = {
  connections,
  useCases,
  cookies,
  throttle,
  clock,
  timers,
  random,
  meter,
  log,
  options: socketSettings,
};

/** How clients reach the server. */
export const transportModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(bind, address, { config }, (parts) => new Address(parts.config));
    bindFrom(bind, readiness, { backends }, (parts) => new Readiness(parts.backends));
    bind(csrfSecret).toResolvedValue(cookieSecret, [config]);
    bindFrom(bind, cookies, { csrfSecret }, (parts) => cookieCredentials(parts));
    bindFrom(bind, edgeSettings, { config, address, csrfSecret }, (parts) =>
      edgeOptions({
        ...parts.config.http,
        publicUrl: parts.address.publicUrl,
        allowedOrigins: parts.address.allowedOrigins,
        csrfSecret: parts.csrfSecret,
        version,
      }),
    );
    bindFrom(
      bind,
      httpApp,
      { useCases, throttle, clock, limits, options: edgeSettings, readiness, meter, log },
      (parts) =>
        expressApp({
          ...parts,
          ready: () => parts.readiness.report(),
          metrics: async () => ({
            text: await parts.meter.text(),
            contentType: parts.meter.contentType,
          }),
        }),
    );
    bindFrom(bind, socketBounds, { config }, (parts) => {
      const { sockets: bounds, http, drainMs, limits: of } = parts.config;
      const { trustedProxies } = http;
      return socketOptions({ ...bounds, trustedProxies, drainMs }, of);
    });
    bindFrom(
      bind,
      connections,
      { clock, random, meter, log, options: socketBounds },
      (parts) => new SocketConnections(parts),
    );
    bindFrom(bind, socketSettings, { bounds: socketBounds, address }, (parts) => ({
      ...parts.bounds,
      allowedOrigins: parts.address.allowedOrigins,
    }));
    bindFrom(bind, sockets, socketParts, (parts) => new SocketIoTransport(parts));
  });
