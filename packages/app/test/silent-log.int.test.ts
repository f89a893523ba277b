import { setTimeout as delay } from 'node:timers/promises';
import { AdapterFailure } from '@sealpost/domain';
import { expect, it } from 'vitest';
import { configFrom, startServer } from '../src/index.ts';
import { faultRecord } from '../src/log/fault-record.ts';
import { pinoLog } from '../src/log/pino-log.ts';
import { aPerson, call, connect, connected, password } from './support/people.ts';

const mark = 'm4rk3d';

/** The whole log of a server while `use` uses it, at its most talkative. */
async function logOf(use: (url: string) => Promise<void>): Promise<string> {
  let lines = '';
  const write = (line: string): void => {
    lines += line;
  };
  const config = configFrom({
    profile: 'memory',
    port: 0,
    log: { level: 'debug' },
    cookies: { secret: mark.repeat(8) },
  });
  const server = await startServer(config, pinoLog(config.log, { write }));
  try {
    await use(server.url);
  } finally {
    await server.stop();
  }
  return lines;
}

const bad =
  (path: string, body: unknown, headers: Record<string, string> = {}) =>
  (url: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

it('holds nothing that a client sent: no handle, password, token, name, path, header or body', async () => {
  const secrets: string[] = [];
  const log = await logOf(async (url) => {
    const person = await aPerson(url, mark);
    secrets.push(
      person.handle,
      person.accessToken,
      person.refreshToken,
      person.account,
      person.device,
      person.session,
    );
    const token = person.accessToken;
    await call(url, ['POST', '/v1/sessions'], {
      body: { handle: person.handle, password: `${mark}-wrong`, deviceName: mark, proof: null },
    });
    await call(url, ['POST', '/v1/accounts'], {
      body: { handle: person.handle, password, deviceName: mark },
    });
    await call(url, ['GET', `/v1/accounts/by-handle/${mark}`], { token });
    await call(url, ['GET', `/v1/conversations/${mark}/entries?incarnation=1&after=${mark}`], {
      token,
    });
    await call(url, ['GET', `/${mark}?${mark}=${mark}`], { token: `${mark}.${mark}.${mark}` });
    await bad('/v1/sessions', `{"${mark}": ${mark}`)(url);
    await bad('/v1/sessions', { [mark]: mark })(url);
    await bad('/v1/accounts', mark, {
      'content-type': `text/${mark}`,
      cookie: `sealpost_access=${mark}`,
      origin: `https://${mark}.example`,
    })(url);
    await bad(`/v1/%${mark}`, mark)(url);

    const refused = connect(url, { protocol: 1, accessToken: mark, suites: [mark] });
    await refused.heard('connect_error');
    const { socket, heard } = await connected(url, person);
    await socket
      .timeout(5_000)
      .emitWithAck('typing', { conversation: mark, payload: Buffer.from(mark) });
    await socket.timeout(5_000).emitWithAck(mark, { [mark]: mark });
    await socket.timeout(5_000).emitWithAck('send', { [mark]: mark });
    for (let violation = 0; violation < 6; violation++) socket.emit(mark, mark);
    await heard('disconnect');
    await delay(50);
  });
  expect(log).toContain('"event":"socket_opened"');
  expect(log).toContain('"event":"socket_refused"');
  for (const secret of [mark, password, ...secrets]) expect(log).not.toContain(secret);
});

it('holds nothing of the values in a fault', () => {
  let lines = '';
  const log = pinoLog({ level: 'debug' }, { write: (line: string) => void (lines += line) });
  const cause = Object.assign(new Error(`duplicate key (handle)=(${mark})`), {
    detail: mark,
    stack: `Changed: ${mark.repeat(20)}\n    at ${mark}`,
  });
  log(faultRecord('test', cause));
  log(
    faultRecord(
      'test',
      Object.assign(
        new AdapterFailure({ adapter: 'a', operation: 'o', retryable: true, detail: '23505' }),
        { cause },
      ),
    ),
  );
  expect(lines).toContain('23505');
  expect(lines).not.toContain(mark);
});
