import {
  aCommit,
  aFault,
  aFounding,
  aLeaving,
  aMessage,
  knownRevocations,
  many,
  overriding,
  RecordedConnections,
  TallyMeter,
  TestDeployment,
  type TestProcess,
  turn,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../conversation/command.ts';
import type { ConversationState } from '../conversation/conversation.ts';
import { CachedLog } from '../log/cached-log.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import { isMemberAt } from '../log/window.ts';
import type { DeviceRef, Seq } from '../shared/ids.ts';
import { DeliverEntries, type DeliverEntriesPorts } from './deliver-entries.ts';

const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await turn();
};

/** A process to which some accounts are connected, beside one that appends. */
function receiving(
  deployment: TestDeployment,
  accounts: readonly string[],
  log: ConversationLog = deployment.stores.log,
  revocations: DeliverEntriesPorts['revokedSessions'] = knownRevocations,
) {
  const connections = new RecordedConnections(...accounts);
  const faults: unknown[] = [];
  const cache = new CachedLog(log, 100);
  const deliver = new DeliverEntries({
    log: cache,
    connections,
    revokedSessions: revocations,
    clock: deployment.time,
    timers: deployment.time,
    meter: new TallyMeter(),
    incarnation: () => 4,
    failed: (fault) => faults.push(fault),
  });
  return { connections, faults, cache, deliver };
}

async function aGroup() {
  const deployment = new TestDeployment();
  const [ann, bob, cat] = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ];
  const state = await deployment.group(ann, [bob]);
  const process = deployment.process();
  const append = async (command: Command): Promise<ConversationState> => {
    await deployment.time.advance(60_000);
    expect((await process.append.execute(command)).ok).toBe(true);
    return deployment.state(command.conversation);
  };
  return { deployment, ann, bob, cat, state, process, append };
}
/** Hands the hints of a process on. */
const tell = async (
  process: TestProcess,
  deliver: DeliverEntries,
  withEntries = true,
): Promise<void> => {
  for (const hint of process.fanOut.hints.splice(0))
    deliver.hint(withEntries ? hint : { ...hint, entries: null });
  await settle();
};

describe('delivering entries', () => {
  it.each([true, false])(
    'pushes to the members that are connected here, with hinted entries: %s',
    async (withEntries) => {
      const { deployment, ann, bob, cat, state, process, append } = await aGroup();
      const { connections, deliver } = receiving(deployment, [bob.account, cat.account]);
      await append(aMessage(state, ann));
      await append(aMessage(state, ann));
      await tell(process, deliver, withEntries);
      expect(connections.seqsFor(bob.account, state.id)).toEqual([2, 3]);
      expect(connections.pushes.map(({ incarnation, to }) => [incarnation, to])).toSatisfy(
        (pushes: unknown[]) =>
          pushes.every((push) => JSON.stringify(push) === JSON.stringify([4, [bob.account]])),
      );
    },
  );

  it('pushes what was committed together as one range', async () => {
    const { deployment, ann, bob, state, process, append } = await aGroup();
    const { connections, deliver } = receiving(deployment, [bob.account]);
    await append(aMessage(state, ann));
    await tell(process, deliver);
    for (const text of many(3, () => aMessage(state, ann))) await append(text);
    await tell(process, deliver);
    expect(connections.pushes.map(({ entries }) => entries.map(({ seq }) => seq))).toEqual([
      [2],
      [3, 4, 5],
    ]);
  });

  it.each([true, false])(
    'gives a removed member the entry that removes it and nothing later (G6), with hinted entries: %s',
    async (withEntries) => {
      const { deployment, ann, bob, state, process, append } = await aGroup();
      const { connections, deliver } = receiving(deployment, [ann.account, bob.account]);
      await append(aMessage(state, ann));
      await tell(process, deliver, withEntries);
      await append(aMessage(state, ann));
      const removal = aCommit(state, ann, { removeMembers: [bob.account], removeDevices: [bob] });
      const now = await append(removal);
      await append(aMessage(now, ann));
      await tell(process, deliver, withEntries);
      expect(connections.seqsFor(bob.account, state.id)).toEqual([2, 3, 4]);
      expect(connections.seqsFor(ann.account, state.id)).toEqual([2, 3, 4, 5]);
    },
  );

  it('goes by no state that is older than a hint: who was removed elsewhere gets nothing (G6)', async () => {
    const { deployment, ann, bob, state, process, append } = await aGroup();
    const { connections, deliver, cache } = receiving(deployment, [ann.account, bob.account]);
    await cache.state(state.id);
    const now = await append(
      aCommit(state, ann, { removeMembers: [bob.account], removeDevices: [bob] }),
    );
    // The hint of the removal is lost.
    process.fanOut.hints.splice(0);
    await append(aMessage(now, ann));
    await tell(process, deliver);
    expect(connections.seqsFor(bob.account, state.id)).toEqual([]);
    expect(connections.seqsFor(ann.account, state.id)).toEqual([3]);
  });

  it('goes by no state that is older than a hint: who was added elsewhere gets the entry that adds it (G5)', async () => {
    const { deployment, ann, cat, state, process, append } = await aGroup();
    const { connections, deliver, cache } = receiving(deployment, [cat.account]);
    await cache.state(state.id);
    const now = await append(
      aCommit(state, ann, {
        addMembers: [{ account: cat.account, role: 'member' }],
        addDevices: [cat],
      }),
    );
    await append(aMessage(now, ann));
    await tell(process, deliver);
    expect(connections.seqsFor(cat.account, state.id)).toEqual([2, 3]);
  });

  it('pushes a new conversation to those whom it was founded with', async () => {
    const { deployment, ann, cat, process, append } = await aGroup();
    const { connections, deliver } = receiving(deployment, [cat.account]);
    const state = await append(
      aFounding('group', ann, { members: [{ account: cat.account, role: 'member' }] }),
    );
    await tell(process, deliver);
    expect(connections.seqsFor(cat.account, state.id)).toEqual([1]);
  });

  it('reads nothing of conversations that nobody here is in', async () => {
    const { deployment, ann, cat, state, process, append } = await aGroup();
    let pages = 0;
    const log = overriding<ConversationLog>(deployment.stores.log, {
      page: (...args) => ((pages += 1), deployment.stores.log.page(...args)),
    });
    const { connections, deliver } = receiving(deployment, [cat.account], log);
    for (const _ of many(3, () => 0)) await append(aMessage(state, ann));
    await tell(process, deliver, false);
    expect([pages, connections.pushes]).toEqual([0, []]);
  });

  it('sends an entry that changes the members by itself, so that its readers are the right ones', async () => {
    const { deployment, ann, bob, state, process, append } = await aGroup();
    const { connections, deliver } = receiving(deployment, [ann.account, bob.account]);
    await append(aMessage(state, ann));
    const now = await append(aLeaving(state, bob));
    await append(aCommit(now, ann, { removeDevices: [bob] }));
    process.fanOut.hints.splice(0, 2);
    deliver.hint({
      ...(process.fanOut.hints.splice(0)[0] ?? {
        from: 2,
        to: 4,
        conversation: state.id,
        version: 4,
      }),
      from: 2,
      entries: null,
    });
    await settle();
    expect(
      connections.pushes.map(({ entries, to }) => [entries.map(({ seq }) => seq), to.length]),
    ).toEqual([
      [[2], 2],
      [[3], 2],
      [[4], 1],
    ]);
  });

  it('makes good within a sweep what no hint told of (G5)', async () => {
    const { deployment, ann, bob, state, process, append } = await aGroup();
    const { connections, deliver } = receiving(deployment, [bob.account]);
    await append(aMessage(state, ann));
    await tell(process, deliver);
    deliver.start();
    const now = await append(aCommit(state, ann));
    await append(aMessage(now, ann));
    await deployment.time.advance(15_000);
    await settle();
    expect(connections.seqsFor(bob.account, state.id)).toEqual([2, 3, 4]);
    deliver.stop();
  });

  it.each([true, false])(
    'pushes nothing before it knows whose sessions were revoked, and then everything (G6), with hinted entries: %s',
    async (withEntries) => {
      const { deployment, ann, bob, state, process, append } = await aGroup();
      let known = Promise.withResolvers<void>();
      let isCurrent = false;
      const { connections, deliver } = receiving(deployment, [bob.account], undefined, {
        isCurrent: () => isCurrent,
        ensureCurrent: () => known.promise,
      });
      const now = await append(aMessage(state, ann));
      await tell(process, deliver, withEntries);
      await append(aMessage(now, ann));
      await tell(process, deliver, withEntries);
      known.reject(aFault());
      await settle();
      expect(connections.pushes).toEqual([]);
      known = Promise.withResolvers();
      await append(aMessage(now, ann));
      await tell(process, deliver, withEntries);
      expect(connections.pushes).toEqual([]);
      isCurrent = true;
      known.resolve();
      await settle();
      expect(connections.seqsFor(bob.account, state.id)).toEqual([2, 3, 4]);
    },
  );

  it('sweeps every 15 seconds until it is stopped, also when it is stopped during a sweep', async () => {
    const deployment = new TestDeployment();
    let sweeps = 0;
    let release: () => void = () => undefined;
    const log = overriding<ConversationLog>(deployment.stores.log, {
      movedSince: async () => {
        sweeps += 1;
        if (sweeps === 3) await new Promise<void>((resolve) => (release = resolve));
        return new Map();
      },
    });
    const { deliver } = receiving(deployment, [], log);
    deliver.start();
    await deployment.time.advance(30_000);
    expect(sweeps).toBe(2);
    await deployment.time.advance(15_000);
    deliver.stop();
    release();
    await settle();
    expect(deployment.time.armed).toBe(0);
    await deployment.time.advance(60_000);
    expect(sweeps).toBe(3);
    deliver.start();
    await deployment.time.advance(15_000);
    expect([sweeps, deployment.time.armed]).toEqual([4, 1]);
    deliver.stop();
    expect(deployment.time.armed).toBe(0);
  });

  it('goes back to where the last one succeeded, however long the store was out of reach (G5)', async () => {
    const { deployment, bob, state, ann, append } = await aGroup();
    let fault: Error | null = null;
    const log = overriding(deployment.stores.log, {
      movedSince: async (...given) => {
        if (fault) throw fault;
        return deployment.stores.log.movedSince(...given);
      },
    });
    const { connections, deliver } = receiving(deployment, [bob.account], log);
    deliver.start();
    await deployment.time.advance(15_000);
    await settle();
    fault = aFault();
    await append(aMessage(state, ann));
    for (let passed = 0; passed < 20; passed++) {
      await deployment.time.advance(15_000);
      await settle();
    }
    expect(connections.seqsFor(bob.account, state.id)).toEqual([1]);
    fault = null;
    await deployment.time.advance(15_000);
    await settle();
    expect(connections.seqsFor(bob.account, state.id)).toEqual([1, 2]);
    deliver.stop();
  });

  it('looks again when it is asked to while it looks', async () => {
    const { deployment, bob } = await aGroup();
    const held: (() => void)[] = [];
    const log = overriding(deployment.stores.log, {
      movedSince: async (...given) => {
        await new Promise<void>((resolve) => held.push(resolve));
        return deployment.stores.log.movedSince(...given);
      },
    });
    const { deliver } = receiving(deployment, [bob.account], log);
    const swept = deliver.sweep();
    await deliver.sweep();
    await settle();
    expect(held).toHaveLength(1);
    held[0]?.();
    await settle();
    expect(held).toHaveLength(2);
    held[1]?.();
    await swept;
  });

  it('tells of a sweep that fails and sweeps again', async () => {
    const deployment = new TestDeployment();
    let failing = true;
    const log = overriding<ConversationLog>(deployment.stores.log, {
      movedSince: (...args) =>
        failing ? Promise.reject(aFault()) : deployment.stores.log.movedSince(...args),
    });
    const { deliver, faults } = receiving(deployment, [], log);
    await deliver.sweep();
    expect(faults).toEqual([aFault()]);
    failing = false;
    await deliver.sweep();
    expect(faults).toHaveLength(1);
  });

  it('pushes to nobody what is not its, to everybody what is, whatever is hinted how (G5, G6)', async () => {
    const step = fc.record({
      what: fc.constantFrom('message', 'message', 'leave', 'remove', 'add', 'repair'),
      hint: fc.constantFrom('entries', 'nothing', 'lost', 'doubled'),
      turns: fc.nat({ max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const { deployment, ann, bob, cat, state: founded, process } = await aGroup();
        const { connections, deliver, faults } = receiving(deployment, [
          ann.account,
          bob.account,
          cat.account,
        ]);
        deliver.start();
        let state = founded;
        const commandOf = (what: string): Command => {
          const owed = [...state.owed].map((device) => ({ account: bob.account, device }));
          if (what === 'leave') return aLeaving(state, bob);
          if (what === 'remove')
            return aCommit(state, ann, { removeMembers: [bob.account], removeDevices: [bob] });
          if (what === 'repair') return aCommit(state, ann, { removeDevices: owed });
          if (what === 'add')
            return aCommit(state, ann, {
              addMembers: [{ account: bob.account, role: 'member' }],
              addDevices: owed.length > 0 ? [] : [bob],
              removeDevices: owed,
            });
          return aMessage(state, ann);
        };
        for (const { what, hint, turns } of steps) {
          await deployment.time.advance(60_000);
          const result = await process.append.execute(commandOf(what));
          state = await deployment.state(state.id);
          if (!result.ok) continue;
          const [published] = process.fanOut.hints.splice(0);
          const told =
            published && (hint === 'nothing' ? { ...published, entries: null } : published);
          if (told && hint !== 'lost') deliver.hint(told);
          if (told && hint === 'doubled') deliver.hint(told);
          for (let left = turns; left > 0; left--) await turn();
        }
        await deployment.time.advance(15_000);
        await settle();
        deliver.stop();
        const first = Math.min(
          ...connections.pushes.flatMap(({ entries }) => entries.map(({ seq }) => seq)),
        );
        const all = (await deployment.entries(state.id))
          .map(({ seq }) => seq)
          .filter((seq) => seq >= first);
        const theirs = ({ account }: DeviceRef): Seq[] =>
          all.filter((seq) => isMemberAt(state, account, seq));
        for (const person of [ann, bob, cat])
          expect(connections.seqsFor(person.account, state.id)).toEqual(theirs(person));
        expect(faults).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});
