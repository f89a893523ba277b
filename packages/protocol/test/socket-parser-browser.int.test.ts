import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { exchange, Seen } from './exchange.ts';
import { exchangeServer } from './exchange-server.ts';
import { clientReceives, exactWire, serverReceives, wireOf } from './exact-wire.ts';
import { startChromium } from './chromium.ts';
import { recordingProxy } from './recording-proxy.ts';

/** As an application's bundler builds it: the browser's versions of all packages, in one file. */
async function browserBuild(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sealpost/source', ...defaultClientConditions] },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('browser-entry.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'client',
      },
    },
  });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  return chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
}

async function exchangeInPage(
  browser: Browser,
  port: number,
  transport: 'websocket' | 'polling',
): Promise<Seen[]> {
  const url = `http://127.0.0.1:${port}`;
  const page = await browser.newPage();
  const problems: Error[] = [];
  page.on('pageerror', (error) => problems.push(error));
  await page.goto(url);
  expect(problems).toEqual([]);
  const received = await page.evaluate(
    ([address, by]) =>
      (globalThis as unknown as { exchange: typeof exchange }).exchange(address, by),
    [url, transport] as const,
  );
  await page.close();
  return received;
}

describe('socketParser between Node and a browser build', () => {
  let browser: Browser | null = null;
  let script = '';

  beforeAll(async () => {
    browser = await startChromium();
    script = await browserBuild();
  });
  afterAll(async () => browser?.close());

  it('puts exactly the bytes of a view on the wire, both ways', async () => {
    if (browser === null) return;
    const server = await exchangeServer(script);
    const proxy = await recordingProxy(server.port);
    expect(await exchangeInPage(browser, proxy.port, 'websocket')).toEqual(clientReceives);
    expect(server.received).toEqual(serverReceives);
    await server.close();
    expect(wireOf(proxy.connections)).toEqual(exactWire);
    await proxy.close();
  });

  it('carries bytes over long polling too', async () => {
    if (browser === null) return;
    const server = await exchangeServer(script);
    expect(await exchangeInPage(browser, server.port, 'polling')).toEqual(clientReceives);
    expect(server.received).toEqual(serverReceives);
    await server.close();
  });
});
