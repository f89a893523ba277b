import type { Connection, Transport } from '@sealpost/client';
import type { ClaimedRef } from './journal.ts';

/** Notes every key bundle that the server hands out. */
export function recordingTransport(
  inner: Transport,
  claimed: (bundles: readonly ClaimedRef[]) => void,
): Transport {
  return {
    async call(name, input, token) {
      const result = await inner.call(name, input, token);
      if (name === 'claimBundles' && result.ok) {
        const { bundles } = result.value as unknown as ClaimAnswer;
        claimed(
          bundles.map(({ device, ref, lastResort }) => ({
            device: device.device,
            ref,
            lastResort,
          })),
        );
      }
      return result;
    },
    connect: (handshake, listener): Connection => inner.connect(handshake, listener),
  };
}

interface ClaimAnswer {
  readonly bundles: readonly {
    readonly device: { readonly device: string };
    readonly ref: string;
    readonly lastResort: boolean;
  }[];
}
