import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

const leaseMs = 30_000;
/** Clocks of processes differ by so much, and a lease that is ended takes its way to the store. */
const toleranceMs = 3_000;
/** Who connected, and whatever was lost of presence, is known everywhere by then when nothing is broken. */
const knownMs = 15_000;
const calmMs = 60_000;

/** G10: online is who is connected, or was so lately that its lease still runs; told to members only. What is lost of it comes back. */
export function lease(): Checker {
  const lastConnected = new Map<string, number>();
  const noteConnected = ({ processes, timeline }: Scene, crashed: number | null): void => {
    for (const { connections, life, id } of processes)
      if (life.alive || id === crashed)
        for (const { ref } of connections.all()) lastConnected.set(ref.account, timeline.now);
  };
  return {
    promise: 'G10',
    see(testimony, scene, check) {
      // One that has just crashed had its connections until now.
      noteConnected(scene, testimony.kind === 'process' ? testimony.process : null);
      if (testimony.kind !== 'answered' || testimony.what !== 'presence') return;
      const { answer, asked, caller, since } = testimony;
      if (!answer.ok || !caller) return;
      const { params } = asked as { params: { conversation: string } };
      const log = scene.ledger.logs.get(params.conversation);
      const isMember = log?.wasMemberSince(caller.account, since) ?? false;
      check(isMember, () => 'presence is told to no member');
      for (const account of (answer.value as { online: string[] }).online) {
        const ago = scene.timeline.now - (lastConnected.get(account) ?? -Infinity);
        check(ago <= leaseMs + toleranceMs, () => `online, and not connected for ${ago} ms`);
      }
    },
    async look(scene, check) {
      noteConnected(scene, null);
      const { calmForMs, timeline, database, processes } = scene;
      const known = timeline.now - knownMs;
      if (calmForMs < calmMs || database.presenceLostAt > known) return;
      const { presence } = database.stores;
      for (const { connections } of processes)
        for (const { ref, link, since } of connections.all()) {
          if (since > known || !link.healthy) continue;
          const online = await presence.online([ref.account]);
          check(online.length === 1, () => 'connected, and not online');
        }
      for (const account of await presence.online([...lastConnected.keys()])) {
        const ago = timeline.now - (lastConnected.get(account) ?? -Infinity);
        check(ago <= leaseMs + toleranceMs, () => `online still, after ${ago} ms`);
      }
    },
  };
}
