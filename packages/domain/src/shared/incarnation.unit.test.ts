import { memoryStores } from '@sealpost/adapter-memory';
import { aFoundingAppend, aStockedDevice, Breaker, someBundles } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { beginIncarnation } from './incarnation.ts';

async function aRestoredDeployment() {
  const stores = memoryStores();
  const founding = aFoundingAppend();
  await stores.log.append([founding]);
  await stores.signingKeys.add({ id: 'one', privateJwk: '{}', createdAt: 1 }, null);
  await stores.signingKeys.add({ id: 'two', privateJwk: '{}', createdAt: 2 }, 'one');
  const { device } = await aStockedDevice(stores.keys, { oneTime: someBundles(3) });
  const restores = async () =>
    (await stores.log.heads([founding.draft.conversation])).get(founding.draft.conversation)
      ?.restores;
  const stock = () => stores.keys.stock(device, 'plain-1', 0);
  return { stores, restores, stock };
}

describe('beginning an incarnation', () => {
  it('voids one-time bundles, notes where every log stands, and raises the number (G9, G11)', async () => {
    const { stores, restores, stock } = await aRestoredDeployment();
    expect(await beginIncarnation(stores)).toBe(2);
    expect(await stores.deployment.incarnation()).toBe(2);
    expect(await restores()).toEqual([{ incarnation: 2, head: 1 }]);
    expect(await stock()).toMatchObject({ oneTime: 0, directoryEpoch: 2 });
  });

  it('withdraws every signing key: a token names a session that may not be there to be ended (G6)', async () => {
    const { stores } = await aRestoredDeployment();
    await beginIncarnation(stores);
    expect(await stores.signingKeys.list()).toEqual([]);
  });

  it('is healed by running it again, wherever it broke', async () => {
    for (const call of [1, 2, 3, 4, 5, 6, 7]) {
      for (const when of ['before', 'after'] as const) {
        const { stores, restores, stock } = await aRestoredDeployment();
        const breaker = new Breaker({ call, when });
        const broken = {
          keys: breaker.guard(stores.keys),
          log: breaker.guard(stores.log),
          signingKeys: breaker.guard(stores.signingKeys),
          deployment: breaker.guard(stores.deployment),
        };
        await expect(beginIncarnation(broken)).rejects.toThrow('injected');
        // Whoever serves this deployment before it ran again would serve the old incarnation with nothing claimable.
        await beginIncarnation(stores);
        const incarnation = await stores.deployment.incarnation();
        expect((await restores())?.at(-1)).toEqual({ incarnation, head: 1 });
        expect((await stock()).oneTime).toBe(0);
        expect(await stores.signingKeys.list()).toEqual([]);
      }
    }
  });
});
