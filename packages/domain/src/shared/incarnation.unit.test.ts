import { memoryStores } from '@sealpost/adapter-memory';
import { aFoundingAppend, aStockedDevice, Breaker, someBundles, TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { beginIncarnation } from './incarnation.ts';

async function aRestoredDeployment() {
  const stores = memoryStores();
  const founding = aFoundingAppend();
  await stores.log.append([founding]);
  await stores.signingKeys.add({ id: 'one', secretJwk: '{}', createdAt: 1 }, null);
  await stores.signingKeys.add({ id: 'two', secretJwk: '{}', createdAt: 2 }, 'one');
  const { device } = await aStockedDevice(stores.keys, { oneTime: someBundles(3) });
  const restores = async () =>
    (await stores.log.heads([founding.draft.conversation])).get(founding.draft.conversation)
      ?.restores;
  const stock = () => stores.keys.stock(device, 'plain-1', 0);
  return { stores, restores, stock };
}

const clock = new TestTime();

describe('beginning an incarnation', () => {
  it('voids one-time bundles, notes where every log stands, and raises the number (G9, G11)', async () => {
    const { stores, restores, stock } = await aRestoredDeployment();
    const incarnation = await beginIncarnation(stores, clock);
    expect(incarnation).toBeGreaterThan(1);
    expect(await stores.deployment.incarnation()).toBe(incarnation);
    expect(await restores()).toEqual([{ incarnation, head: 1 }]);
    expect(await stock()).toMatchObject({ oneTime: 0, directoryEpoch: 2 });
  });

  it('takes a number that no restore of the same backup took before, and a higher one whatever the clock says (G9)', async () => {
    const [first, again] = [await aRestoredDeployment(), await aRestoredDeployment()];
    const before = await beginIncarnation(first.stores, clock);
    await clock.advance(1_000);
    expect(await beginIncarnation(again.stores, clock)).toBeGreaterThan(before);
    const stopped = { now: () => 0, monotonic: () => 0 };
    expect(await beginIncarnation(first.stores, stopped)).toBe(before + 1);
  });

  it('withdraws every signing key: a token names a session that may not be there to be ended (G6)', async () => {
    const { stores } = await aRestoredDeployment();
    await beginIncarnation(stores, clock);
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
        await expect(beginIncarnation(broken, clock)).rejects.toThrow('injected');
        // Whoever serves this deployment before it ran again would serve the old incarnation with nothing claimable.
        await beginIncarnation(stores, clock);
        const incarnation = await stores.deployment.incarnation();
        expect((await restores())?.at(-1)).toEqual({ incarnation, head: 1 });
        expect((await stock()).oneTime).toBe(0);
        expect(await stores.signingKeys.list()).toEqual([]);
      }
    }
  });
});
