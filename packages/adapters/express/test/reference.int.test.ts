import { createHash } from 'node:crypto';
import { calls, clientEvents, serverEvents, statusOf } from '@sealpost/protocol';
import { asyncApiDocument, openApiDocument } from '@sealpost/protocol/reference';
import { describe, expect, it } from 'vitest';
import { aServer, publicUrl } from './support/a-server.ts';

const options = { version: '1.2.3', publicUrl };

async function aPage() {
  const { client } = await aServer({ options });
  const reply = await client.request('GET', '/reference');
  return { ...reply, page: String(reply.value) };
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

describe('the reference', () => {
  it('is served for machines', async () => {
    const { client } = await aServer({ options });
    expect((await client.request('GET', '/openapi.json')).value).toEqual(
      JSON.parse(JSON.stringify(openApiDocument(options))),
    );
    expect((await client.request('GET', '/asyncapi.json')).value).toEqual(
      JSON.parse(JSON.stringify(asyncApiDocument(options))),
    );
  });

  it('has every call, event and refusal on its page', async () => {
    const { page, headers } = await aPage();
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    const ids = new Set(matches(page, /id="([^"]+)"/g));
    const expected = [
      ...Object.keys(calls).map((name) => `call-${name}`),
      ...Object.keys(clientEvents).map((name) => `client-${name}`),
      ...Object.keys(serverEvents).map((name) => `server-${name}`),
      ...Object.keys(statusOf).map((code) => `refusal-${code}`),
    ];
    expect(expected.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('links only to what it has', async () => {
    const { page } = await aPage();
    const ids = new Set(matches(page, /id="([^"]+)"/g));
    const links = matches(page, /href="([^"]+)"/g);
    expect(links.length).toBeGreaterThan(200);
    expect(
      links.filter(
        (link) =>
          !(link.startsWith('#')
            ? ids.has(link.slice(1))
            : ['openapi.json', 'asyncapi.json'].includes(link)),
      ),
    ).toEqual([]);
  });

  it('runs nothing and loads nothing, from here or elsewhere', async () => {
    const { page, headers } = await aPage();
    const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\bsrc=|style="|https?:/);
  });
});
