import { createHash } from 'node:crypto';
import { asyncApiDocument, openApiDocument } from '@sealpost/protocol/reference';
import type { Express } from 'express';
import type { EdgeOptions } from '../options.ts';
import { referencePage } from './reference-page.ts';
import { referenceStyle } from './reference-style.ts';

/** Nothing is loaded from anywhere; the one style is the page's own. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(referenceStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The protocol for machines and for people, as this server speaks it. */
export function serveReference(app: Express, { version, publicUrl }: EdgeOptions): void {
  const openApi = openApiDocument({ version, publicUrl });
  const asyncApi = asyncApiDocument({ version, publicUrl });
  const page = referencePage({ openApi, asyncApi });
  app.get('/openapi.json', (_, response) => void response.json(openApi));
  app.get('/asyncapi.json', (_, response) => void response.json(asyncApi));
  app.get('/reference', (_, response) => {
    response.setHeader('content-security-policy', policy);
    response.type('html').send(page);
  });
}
