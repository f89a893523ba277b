import {
  type AccountId,
  type DeviceId,
  ok,
  refuse,
  type Result,
  type SessionId,
  type Suite,
  type Timestamp,
  type UseCases,
} from '@sealpost/domain';
import type { Handshake, WireRefusal } from '../../index.ts';

/** Who connects, as the handshake established it. */
export interface Admitted {
  readonly protocol: number;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly session: SessionId;
  readonly expiresAt: Timestamp;
  readonly suites: readonly Suite[];
}

/** Whom this access token lets in: certified devices only. */
export async function admittedBy(
  token: string,
  { protocol, suites }: Handshake,
  { identifyCaller }: Pick<UseCases, 'identifyCaller'>,
): Promise<Result<Admitted, WireRefusal>> {
  const claims = await identifyCaller.execute(token);
  if (!claims) return refuse({ code: 'unauthenticated' });
  const { account, device, session, certified, expiresAt } = claims;
  if (!certified) return refuse({ code: 'device_pending' });
  return ok({ protocol, suites, account, device, session, expiresAt });
}
