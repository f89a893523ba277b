import { configFrom, type RunningServer, startServer } from '../../../src/index.ts';
import { onTestFinished } from 'vitest';

/** A server as anybody may run it, in memory, for one test. */
export async function aServer(
  values: Parameters<typeof configFrom>[0] = {},
): Promise<RunningServer> {
  const server = await startServer(
    configFrom({ profile: 'memory', port: 0, log: { level: 'silent' }, ...values }),
  );
  onTestFinished(() => server.stop());
  return server;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly value: unknown;
}

/** A call with whatever headers an attacker likes. */
export async function send(
  url: string,
  [method, path]: readonly [string, string],
  given: { readonly headers?: Record<string, string>; readonly body?: unknown } = {},
): Promise<Reply> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    body: given.body === undefined ? null : JSON.stringify(given.body),
  });
  return { status: response.status, headers: response.headers, value: await response.json() };
}

/** The code of the refusal; null where there is none. */
export const codeOf = ({ value }: Pick<Reply, 'value'>): string | null =>
  (value as { error?: { code: string } }).error?.code ?? null;

/** The text of the metric, as operators see it; null before it was counted. */
export async function figure(url: string, name: string): Promise<number | null> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, value] = new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text) ?? [];
  return value === undefined ? null : Number(value);
}
