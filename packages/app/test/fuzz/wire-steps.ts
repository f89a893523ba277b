import { mark } from '@sealpost/testing/hostile';
import fc from 'fast-check';
import { odd } from './choices.ts';
import type { WireStep } from './steps.ts';

const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'get',
  mark,
  '\0',
);
const target = fc.constantFrom(
  '/v1/server',
  '/v1/accounts',
  '/v1/sessions',
  '/',
  '*',
  '//',
  `/${mark}`,
  `http://${mark}.example/v1/server`,
  '/v1/../v1/server',
  '/v1/server?__proto__=1',
  '/healthz',
  '/readyz',
  '/metrics',
  '/reference',
  '/socket.io/',
  '/socket.io/?EIO=4&transport=websocket',
  '/socket.io/?EIO=4&transport=polling',
  '/socket.io/?EIO=3&transport=websocket',
  '/socket.io/?EIO=4&transport=websocket&sid=x',
  '/v1/accounts/\xff',
  '/v1/accounts/%',
  '/v1/accounts/a b',
  `/${'a'.repeat(9_000)}`,
);
const headerLine = fc.constantFrom(
  'content-length: 5',
  'content-length: 0',
  'content-length: -1',
  'content-length: 99999999999999999999',
  'content-length: 5, 6',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding : chunked',
  'content-type: application/json',
  'content-type: application/msgpack',
  'upgrade: websocket',
  'connection: upgrade',
  'connection: close',
  'sec-websocket-key: x',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version: 13',
  'sec-websocket-version: 99',
  'expect: 100-continue',
  `x: ${mark}\0`,
  `${mark}`,
  ': empty',
  ` folded: ${mark}`,
  `x: ${'a'.repeat(20_000)}`,
  'host: a\r\nhost: b',
  `authorization: Bearer ${mark}`,
  `cookie: sealpost_access=${mark}`,
);
/** Bytes that are nearly HTTP. */
export const wireStep: fc.Arbitrary<WireStep> = fc
  .record({
    method,
    target,
    version: odd(
      'HTTP/1.1',
      8,
      fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', mark, ''),
    ),
    headers: fc.array(headerLine, { maxLength: 5 }),
    end: odd('\r\n', 10, fc.constantFrom('\n', '\r', '\0')),
    body: fc.constantFrom(
      '',
      '{"a":',
      'hello',
      '5\r\nhello\r\n0\r\n\r\n',
      'ffffffffff\r\n',
      '-1\r\n\r\n',
      '\0\0\0',
      'GET / HTTP/1.1\r\n\r\n',
    ),
  })
  .map(({ method: verb, target: where, version, headers, end, body }) => ({
    kind: 'wire',
    bytes: [`${verb} ${where} ${version}`, 'host: localhost', ...headers, '', ''].join(end) + body,
  }));
