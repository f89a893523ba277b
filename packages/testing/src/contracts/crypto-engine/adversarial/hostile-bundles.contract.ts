import { setTimeout } from 'node:timers/promises';
import type { DeviceRef, KeyBundle, Processed } from '@sealpost/client';
import { describe, expect } from 'vitest';
import type { EngineDevice } from '../../../engine/engine-device.ts';
import { textsOf, type Lab } from '../../../engine/lab.ts';
import { expectMisuse, testsOf } from '../subject.ts';
import type { BundleFlaw } from './attacks.ts';
import { commitEntry, type AdversarialSubject } from './subject.ts';

const flaws = ['expired', 'unsigned', 'incapable', 'dead_key'] as const;
const intruder: DeviceRef = { account: 'mallory', device: 'mallory-phone' };
const accomplice: DeviceRef = { account: 'mallory', device: 'mallory-laptop' };

/** Devices that offer what cannot be used, or would break the group; several at once, which the library does not survive. */
export function hostileBundles(subject: AdversarialSubject): void {
  const it = testsOf(subject);
  const { attacks } = subject;
  /** In every order: what is refused first may be refused while others are still looked at. */
  const beside = async (good: KeyBundle, flaw: BundleFlaw): Promise<KeyBundle[][]> => {
    const one = await attacks.flawedBundle(intruder, flaw);
    const two = await attacks.flawedBundle(accomplice, flaw);
    return [
      [one, two],
      [one, two, good],
      [good, one, two],
      [one, good],
    ];
  };
  const add = (lab: Lab, by: EngineDevice, adds: readonly KeyBundle[]) => {
    const head = { conversation: lab.log.conversation, clientId: lab.clientId() };
    return by.run((engine, records) =>
      engine.commit(records, { ...head, adds, removes: [], profile: null }),
    );
  };

  describe('trap 8, bundles that cannot be used', () => {
    for (const flaw of flaws) {
      it(`are named, the good ones not, and nothing fails unheard: ${flaw}`, async (lab) => {
        const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
        await lab.found(alice, bob);
        await lab.sync(bob);
        const unheard = await listening(async () => {
          const good = await lab.bundle(carol);
          for (const adds of await beside(good, flaw)) {
            const bad = adds.filter((one) => one !== good).map(({ ref }) => ref);
            await expectMisuse(add(lab, alice, adds), 'unusable_bundle', bad);
          }
        });
        expect(unheard).toEqual([]);
        await lab.commit(alice, { adds: [carol] });
        expect(await lab.sync(bob)).toMatchObject([{ added: [carol.ref] }]);
      });
    }

    it('carry a key that is in the keys already, or in a bundle beside them', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      const used = await lab.bundle(bob);
      const { conversation } = lab.log;
      const wanted = { conversation, generation: 1, epoch: 1, clientId: 'c', profile: null };
      const staged = await alice.run((engine, records) =>
        engine.found(records, { ...wanted, peers: [used] }),
      );
      await lab.submit(alice, staged);
      const good = await lab.bundle(carol);
      const [ofUsed, ofGood] = [
        await attacks.flawedBundle(intruder, used),
        await attacks.flawedBundle(accomplice, good),
      ];
      const call = add(lab, alice, [good, ofUsed, ofGood]);
      await expectMisuse(call, 'unusable_bundle', [ofUsed.ref, ofGood.ref]);
    });

    for (const flaw of ['unsigned', 'incapable', 'copied'] as const) {
      it(`in a commit of a member are refused, and nothing fails unheard: ${flaw}`, async (lab) => {
        const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
        await lab.found(alice, bob, mallory);
        await lab.syncAll(bob, mallory);
        const good = await lab.bundle(await lab.device('carol'));
        const answers: Processed[] = [];
        const unheard = await listening(async () => {
          for (const bundles of await beside(good, flaw === 'copied' ? good : flaw)) {
            const binding = lab.binding(mallory, { epoch: 2 });
            const trick = { kind: 'add', bundles } as const;
            const { commit } = await attacks.commitOf(mallory.copy(), binding, trick);
            const entry = commitEntry(lab, mallory, binding.clientId, commit);
            answers.push(await lab.receive(bob, entry));
          }
        });
        expect(unheard).toEqual([]);
        const refused = { kind: 'undecryptable', recover: 'rejoin' };
        expect(answers).toMatchObject([refused, refused, refused, refused]);
        await lab.send(alice, 'still here');
        expect(textsOf(await lab.sync(bob))).toEqual(['still here']);
      });
    }
  });
}

/** The rejections that nobody heard of: each of them ends a process. */
async function listening(run: () => Promise<void>): Promise<readonly unknown[]> {
  const unheard: unknown[] = [];
  const listen = (reason: unknown): void => void unheard.push(reason);
  process.on('unhandledRejection', listen);
  try {
    await run();
    await setTimeout(20);
  } finally {
    process.off('unhandledRejection', listen);
  }
  return unheard;
}
