import type { Conversation } from '@sealpost/client';
import { type DeviceRef, equalBytes } from '@sealpost/domain';
import { told } from '../acceptance.ts';
import type { Check, Checker } from '../checker.ts';
import { isWhole } from '../due.ts';
import type { LedgerLog } from '../ledger.ts';
import type { Scene } from '../scene.ts';
import { entriesGiven } from '../seen-entries.ts';

/** G3: the same entry under the same number for everybody, and a device's messages in the order in which it sent them. */
export function sameOrder(): Checker {
  const puts = new Map<string, string[]>();
  const failed = new Set<string>();
  return {
    promise: 'G3',
    see(testimony, scene, check) {
      if (testimony.kind === 'put') {
        const of = `${testimony.device.device} ${testimony.conversation}`;
        puts.set(of, [...(puts.get(of) ?? []), testimony.clientId]);
      }
      if (testimony.kind === 'failed') failed.add(testimony.clientId);
      const given = entriesGiven(testimony);
      if (!given || given.incarnation !== scene.incarnation) return;
      const log = scene.ledger.logs.get(given.conversation);
      for (const entry of given.entries) {
        const stored = log?.at(entry.seq);
        const same = stored !== undefined && equalBytes(stored.digest, entry.digest);
        check(same, () => `given another entry as ${told(entry)}`);
      }
    },
    async conclude(scene, check) {
      for (const device of scene.devices) await compareWithLog(scene, device, check);
      for (const [of, clientIds] of puts) {
        const [device = '', conversation = ''] = of.split(' ');
        const log = scene.ledger.logs.get(conversation);
        const order = (log?.entries ?? []).flatMap(({ sender, clientId }) =>
          sender.device === device && clientIds.includes(clientId) && !failed.has(clientId)
            ? [clientId]
            : [],
        );
        const meant = clientIds.filter((clientId) => order.includes(clientId));
        check(order.join() === meant.join(), () => `${of.slice(0, 20)} sent in another order`);
      }
    },
  };
}

/** Whose membership a restore took back is told nothing any more, and keeps what it read in the incarnation of before. */
async function logKept(
  { incarnation, ledger }: Scene,
  { account }: DeviceRef,
  conversation: Conversation,
): Promise<LedgerLog | undefined> {
  const log = ledger.logs.get(conversation.id);
  const readIn = (await conversation.info())?.incarnation ?? incarnation;
  const isOfBefore = readIn !== incarnation && (log?.endFor(account) ?? null) === null;
  return isOfBefore ? ledger.asOf(readIn, conversation.id) : log;
}

async function compareWithLog(
  scene: Scene,
  device: Scene['devices'][number],
  check: Check,
): Promise<void> {
  if (!isWhole(device)) return;
  for (const conversation of await device.conversations()) {
    const { id } = conversation;
    const log = await logKept(scene, device.ref, conversation);
    if (!log) continue;
    for (const entry of await device.entriesOf(id)) {
      if (entry.kind === 'gap') continue;
      const stored = log.at(entry.seq);
      const same = stored?.clientId === entry.clientId && equalBytes(stored.digest, entry.digest);
      check(
        same,
        () => `device ${device.number} keeps another entry as ${id.slice(0, 12)} ${entry.seq}`,
      );
    }
  }
}
