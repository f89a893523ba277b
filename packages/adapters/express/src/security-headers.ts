import helmet from 'helmet';
import type { RequestHandler } from 'express';
import type { EdgeOptions } from './options.ts';

const nothing = ["'none'"];
const year = 365 * 24 * 60 * 60;

/** What browsers must not do with answers: run, frame, sniff, cache or embed them. */
export function securityHeaders({ publicUrl }: EdgeOptions): RequestHandler[] {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: nothing,
        baseUri: nothing,
        formAction: nothing,
        frameAncestors: nothing,
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: year } : false,
  });
  return [
    (request, response, next) => protect(request, response, next),
    (_, response, next) => {
      response.setHeader('cache-control', 'no-store');
      next();
    },
  ];
}
