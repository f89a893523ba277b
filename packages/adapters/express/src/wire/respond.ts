import { encodeMsgpack, statusOf, type WireRefusal } from '@sealpost/protocol';
import { edgeNames } from '@sealpost/protocol/reference';
import type { Request, Response } from 'express';
import type { DeepReadonly } from '@sealpost/protocol/edge';

/** The JSON form of a value: bytes are base64url text. */
function jsonForm(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64url');
  if (Array.isArray(value)) return value.map(jsonForm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonForm(member)]));
}

/** Answers in the form that `accept` asks for; JSON where it asks for neither. */
export function respond(
  request: Request,
  response: Response,
  status: number,
  value: unknown,
): void {
  const type = request.accepts([edgeNames.json, edgeNames.msgpack]) || edgeNames.json;
  const body =
    type === edgeNames.msgpack
      ? Buffer.from(encodeMsgpack(value).buffer)
      : Buffer.from(JSON.stringify(jsonForm(value)));
  response.vary('accept');
  response.writeHead(status, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}

/** Answers a refusal: its status, and headers that say the same to clients that know only HTTP. */
export function respondRefusal(
  request: Request,
  response: Response,
  error: DeepReadonly<WireRefusal>,
): void {
  if ('retryAfterMs' in error)
    response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  if (error.code === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer');
  respond(request, response, statusOf[error.code], { error });
}
