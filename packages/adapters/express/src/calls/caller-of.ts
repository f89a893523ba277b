import { type AccessClaims, ok, refuse, type Result } from '@sealpost/domain';
import type { Call, WireRefusal } from '@sealpost/protocol';
import { claimsFor } from '@sealpost/protocol/edge';
import type { Request } from 'express';
import type { RequestCookies } from '../cookies/request-cookies.ts';
import type { Edge } from './edge.ts';

const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** An access token, and the session that it must be of where it came in a cookie. */
interface Presented {
  readonly token: string;
  readonly session: string | null;
}

function presented(
  request: Request,
  call: Call,
  cookies: RequestCookies,
): Result<Presented, WireRefusal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = bearer.exec(authorization)?.[1];
    return token === undefined ? refuse({ code: 'unauthenticated' }) : ok({ token, session: null });
  }
  const cookie = cookies.access;
  if (!cookie) return refuse({ code: 'unauthenticated' });
  // Pages of other sites cannot read answers, so what changes nothing needs no more proof.
  const checked = call.method === 'GET' ? ok(null) : cookies.check(cookie);
  return checked.ok ? ok(cookie) : checked;
}

/** Who calls, if they may make this call; null where anybody may. */
export async function callerOf(
  request: Request,
  call: Call,
  cookies: RequestCookies,
  { useCases }: Edge,
): Promise<Result<AccessClaims | null, WireRefusal>> {
  if (call.access === 'anybody') return ok(null);
  const credentials = presented(request, call, cookies);
  if (!credentials.ok) return credentials;
  const { token, session } = credentials.value;
  const claims = await claimsFor(call, token, useCases);
  const another = claims.ok && session !== null && session !== claims.value.session;
  return another ? refuse({ code: 'unauthenticated' }) : claims;
}
