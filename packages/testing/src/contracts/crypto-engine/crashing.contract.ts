import type { CryptoEngine, EngineStatus } from '@sealpost/client';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../builders/bytes.ts';
import type { EngineDevice } from '../../engine/engine-device.ts';
import { Lab, textsOf } from '../../engine/lab.ts';
import type { CryptoEngineSubject } from './subject.ts';

/** A call whose writes were not committed has not happened, and an engine keeps nothing between calls. */
export function crashing(subject: CryptoEngineSubject): void {
  describe('trap 4, crashes', () => {
    it('between every two steps of a life change nothing', async () => {
      const status = await life(new Lab(() => crashBeforeEachCommit(subject.engine())));
      expect(status).toMatchObject({ generation: 2, epoch: 5, staged: null });
    });

    it('and a fresh start before every call change nothing', async () => {
      const status = await life(new Lab(() => restartBeforeEachCall(() => subject.engine())));
      expect(status).toMatchObject({ generation: 2, epoch: 5, staged: null });
    });

    it('after staging, with the writes lost, leave the old epoch', async () => {
      const lab = new Lab(() => subject.engine());
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      const { conversation } = lab.log;
      const head = { conversation, adds: [], removes: [], profile: null };
      const before = alice.copy();
      const wanted = { ...head, clientId: lab.clientId() };
      await alice.lose((engine, records) => engine.commit(records, wanted));
      expect(alice.copy()).toEqual(before);
      expect(await lab.status(alice)).toMatchObject({ epoch: 1, staged: null });
      expect(await lab.settle(alice, wanted.clientId, null)).toBe(false);
    });

    it('before an entry was committed let it be processed again', async () => {
      const lab = new Lab(() => subject.engine());
      const [alice, bob] = await lab.devices('alice', 'bob');
      const founding = await lab.found(alice, bob);
      const join = lab.log.given(founding, bob.ref);
      const process =
        (entry: typeof join) => (engine: CryptoEngine, records: EngineDevice['records']) =>
          engine.process(records, bob.ref, entry);
      expect(await bob.lose(process(join))).toMatchObject({ kind: 'joined' });
      expect(await bob.run(process(join))).toMatchObject({ kind: 'joined' });
      const message = lab.log.given(await lab.send(alice, 'hello'), bob.ref);
      const lost = await bob.lose(process(message));
      bob.restart();
      expect(await bob.run(process(message))).toEqual(lost);
      expect(await bob.run(process(message))).toEqual({ kind: 'duplicate' });
    });

    it('before a settlement was committed let it be settled again', async () => {
      const lab = new Lab(() => subject.engine());
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageCommit(alice);
      const entry = lab.append(alice, staged);
      const { conversation } = lab.log;
      const outcome = { accepted: true, seq: entry?.seq ?? 0 } as const;
      const settle = (engine: CryptoEngine, records: EngineDevice['records']) =>
        engine.settle(records, conversation, staged.clientId, outcome);
      expect(await alice.lose(settle)).toBe(true);
      alice.restart();
      expect(await alice.run(settle)).toBe(true);
      await lab.sync(bob);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });
  });
}

/** Founding, messages, a refresh, a lost race, an add, a removal, a rejoin and a reset. */
async function life(lab: Lab): Promise<EngineStatus> {
  const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
  await lab.submit(alice, await lab.stageFound(alice, [bob], bytesOf('profile')));
  expect(await lab.sync(bob)).toMatchObject([{ kind: 'joined', profile: bytesOf('profile') }]);
  await lab.send(alice, 'one');
  expect(textsOf(await lab.sync(bob))).toEqual(['one']);
  const lost = await lab.stageCommit(alice);
  await lab.commit(bob, { adds: [carol] });
  expect(await lab.submit(alice, lost)).toBeNull();
  await lab.syncAll(alice, carol);
  await lab.send(carol, 'two');
  expect(textsOf(await lab.sync(alice))).toEqual(['two']);
  await lab.commit(alice, { removes: [bob] });
  await lab.syncAll(bob, carol);
  await lab.rejoin(bob);
  await lab.send(bob, 'three');
  expect(textsOf(await lab.sync(carol))).toEqual(['three']);
  await lab.found(carol, alice);
  await lab.syncAll(alice, bob);
  await lab.send(carol, 'four');
  expect(textsOf(await lab.sync(alice))).toEqual(['four']);
  return lab.statusOf(alice);
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;
type Wrap = (name: string, call: Call) => Call;

/** Every call is made twice; what the first one would have written is lost. */
const crashBeforeEachCommit = (engine: CryptoEngine): CryptoEngine =>
  wrapped(engine, (_name, call) => async (...args) => {
    await call(...args);
    return call(...args);
  });

const restartBeforeEachCall = (engineOf: () => CryptoEngine): CryptoEngine =>
  wrapped(engineOf(), (name) => async (...args) => {
    const call = Reflect.get(engineOf(), name) as Call;
    return call(...args);
  });

function wrapped(engine: CryptoEngine, wrap: Wrap): CryptoEngine {
  const entries = Object.entries(engine).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'function' ? wrap(name, value.bind(engine) as Call) : value,
  ]);
  return Object.fromEntries(entries) as CryptoEngine;
}
