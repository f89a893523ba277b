import type { RequestListener } from 'node:http';
import type { Clock, Limits, Throttle, UseCases } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import { edgeNames } from '@sealpost/protocol/reference';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { bindCalls } from './calls/bind-calls.ts';
import { CookieJar } from './cookies/cookie-jar.ts';
import type { EdgeLog } from './edge-record.ts';
import { Workload } from './load/workload.ts';
import type { EdgeOptions } from './options.ts';
import { type Probes, serveHealth } from './pages/serve-health.ts';
import { serveReference } from './pages/serve-reference.ts';
import { reportFault } from './report-fault.ts';
import { securityHeaders } from './security-headers.ts';
import { respondRefusal } from './wire/respond.ts';

export interface ExpressAppParts extends Probes {
  readonly useCases: UseCases;
  readonly clock: Clock;
  /** Told to clients by `serverInformation`. */
  readonly limits: Limits;
  readonly options: EdgeOptions;
  readonly throttle: Throttle;
  readonly log: EdgeLog;
}

function configure(app: Express, { trustedProxies }: EdgeOptions): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', trustedProxies === 0 ? false : trustedProxies);
}

function allowOrigins(app: Express, { allowedOrigins }: EdgeOptions): void {
  if (allowedOrigins.length === 0) return;
  const { protocolHeader, cookiesHeader, csrfHeader } = edgeNames;
  const handler = cors({
    origin: [...allowedOrigins],
    credentials: true,
    methods: ['GET', 'PUT', 'POST', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization', protocolHeader, cookiesHeader, csrfHeader],
    exposedHeaders: ['retry-after'],
    maxAge: 600,
  });
  app.use('/v1', handler);
}

const badPath: WireRefusal = {
  code: 'invalid_request',
  issues: [{ path: 'params', problem: 'must be percent-encoded UTF-8' }],
};

/** What was thrown outside of a call: by Express itself, or by a probe. */
const failed =
  (log: EdgeLog): ErrorRequestHandler =>
  (thrown: unknown, request, response, next) => {
    if (response.headersSent) next(thrown);
    else
      respondRefusal(
        request,
        response,
        thrown instanceof URIError ? badPath : reportFault(thrown, request.method, log),
      );
  };

/** The HTTP transport: every call of the protocol, the reference, and what operators look at. */
export function expressApp(parts: ExpressAppParts): RequestListener {
  const { useCases, clock, limits, options, throttle, log } = parts;
  const app = express();
  configure(app, options);
  app.use(...securityHeaders(options));
  serveHealth(app, parts, options, log);
  serveReference(app, options);
  allowOrigins(app, options);
  bindCalls(app, {
    useCases,
    clock,
    limits,
    options,
    log,
    jar: new CookieJar(options, clock),
    throttle,
    workload: new Workload(options.maxInFlight, options.maxBodyBytesInFlight),
  });
  app.use((request, response) => respondRefusal(request, response, { code: 'unknown_call' }));
  app.use(failed(log));
  return app;
}
