import { ok, refuse, type Result } from '@sealpost/domain';
import type { Call, WireRefusal } from '@sealpost/protocol';
import { takesBody } from '@sealpost/protocol/reference';
import type { Request } from 'express';
import { decodeBody } from '../wire/decode-body.ts';
import { checkedInput, type Input, type Refused } from '@sealpost/protocol/edge';
import { announcedBytes, readBody } from '../wire/read-body.ts';
import { retryAfterMs } from '../report-fault.ts';
import type { Edge } from './edge.ts';

/** Undefined: there is none. */
async function bodyOf(request: Request, call: Call): Promise<Result<unknown, WireRefusal>> {
  const announced = announcedBytes(request);
  if (announced === 0) return ok(undefined);
  if (!takesBody(call))
    return refuse({
      code: 'invalid_request',
      issues: [{ path: 'body', problem: 'must be left out' }],
    });
  const bytes = await readBody(request, call.bodyLimit);
  if (!bytes.ok) return bytes;
  return bytes.value.length === 0 ? ok(undefined) : decodeBody(bytes.value, request.headers);
}

/** What the request says, in the form of the call's schemas. `use` is given it while its bytes count as in flight. */
export async function withInput<T>(
  request: Request,
  call: Call,
  { workload }: Edge,
  use: (input: Input) => Promise<Result<T, Refused>>,
): Promise<Result<T, Refused>> {
  const reserved = Math.min(announcedBytes(request) ?? call.bodyLimit, call.bodyLimit);
  if (!workload.reserve(reserved)) return refuse({ code: 'unavailable', retryAfterMs });
  try {
    const body = await bodyOf(request, call);
    if (!body.ok) return body;
    const input = checkedInput(call, {
      params: request.params,
      query: request.query,
      body: body.value,
    });
    return input.ok ? await use(input.value) : input;
  } finally {
    workload.release(reserved);
  }
}
