import { type AccessClaims, ok, refuse, type Result, type UseCases } from '@sealpost/domain';
import type { Call, WireRefusal } from '../../index.ts';
import type { Asker } from './handler.ts';

/** Who calls with this access token, if they may make this call. */
export async function claimsFor(
  call: Call,
  token: string,
  { identifyCaller }: Pick<UseCases, 'identifyCaller'>,
): Promise<Result<AccessClaims, WireRefusal>> {
  const claims = await identifyCaller.execute(token);
  if (!claims) return refuse({ code: 'unauthenticated' });
  return call.access === 'certified' && !claims.certified
    ? refuse({ code: 'device_pending' })
    : ok(claims);
}

/** What a handler is told of its caller. */
export const askerOf = (caller: AccessClaims): Asker => ({
  caller,
  self: { account: caller.account, device: caller.device },
});
