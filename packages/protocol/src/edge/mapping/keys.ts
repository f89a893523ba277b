import type { Claim, ClaimedBundle, Stock } from '@sealpost/domain';
import type { WireClaimed, WireStock } from '../../index.ts';
import type { DeepReadonly } from '../deep-readonly.ts';

export const wireStock = ({ suite, oneTime, lastResort, directoryEpoch }: Stock): WireStock => ({
  suite,
  oneTime,
  lastResort,
  directoryEpoch,
});

export const wireClaimed = ({
  bundles,
  without,
}: Claim<ClaimedBundle>): DeepReadonly<WireClaimed> => ({
  bundles: bundles.map(({ device: { account, device }, ref, body, expiresAt, lastResort }) => ({
    device: { account, device },
    ref,
    body,
    expiresAt,
    lastResort,
  })),
  without: without.map(({ account, device }) => ({ account, device })),
});
