import { equalBytes, type Entry } from '@sealpost/domain';
import type { Testimony } from '../testimony.ts';
import type { World } from '../world.ts';
import type { Check, Checker } from './checker.ts';
import { entriesGiven } from './seen-entries.ts';
import type { LedgerLog } from './ledger.ts';

interface Acceptance {
  readonly conversation: string;
  readonly device: string;
  readonly clientId: string;
  readonly seq: number;
  readonly digest: Uint8Array;
}

/** What a process is about to tell a sender. */
function acceptanceIn(testimony: Testimony): Acceptance | null {
  if (testimony.kind !== 'answered') return null;
  const { what, answer, asked, caller } = testimony;
  if ((what !== 'append' && what !== 'send') || !answer.ok || !caller) return null;
  const { seq, digest } = answer.value as { seq: number; digest: Uint8Array };
  const { device } = caller;
  if (what === 'send') {
    const { conversation, clientId } = asked as { conversation: string; clientId: string };
    return { conversation, device, clientId, seq, digest };
  }
  const { params, body } = asked as {
    params: { conversation: string };
    body: { clientId: string };
  };
  return { conversation: params.conversation, device, clientId: body.clientId, seq, digest };
}

/** G1: who is told that an entry is accepted can rely on it. */
export function durable(): Checker {
  let accepted: Acceptance[] = [];
  const isThere = (world: World, { conversation, seq, device, clientId }: Acceptance): boolean => {
    const entry = world.ledger.logs.get(conversation)?.at(seq);
    return entry?.clientId === clientId && entry.sender.device === device;
  };
  return {
    promise: 'G1',
    see(testimony, world, check) {
      // What came after the backup is not there after the restore, as everybody is told.
      if (testimony.kind === 'restored')
        accepted = accepted.filter(({ conversation, seq }) =>
          Boolean(world.ledger.logs.get(conversation)?.at(seq)),
        );
      const acceptance = acceptanceIn(testimony);
      if (!acceptance) return;
      accepted.push(acceptance);
      check(isThere(world, acceptance), () => `accepted, and not stored: ${told(acceptance)}`);
    },
    async conclude(world, check) {
      for (const acceptance of accepted)
        check(isThere(world, acceptance), () => `accepted, and gone: ${told(acceptance)}`);
    },
  };
}

const told = ({ conversation, seq }: { conversation: string; seq: number }): string =>
  `${conversation.slice(0, 12)} ${seq}`;

/** G2: 1, 2, 3 … in every log. */
export function dense(): Checker {
  return {
    promise: 'G2',
    stored(entry, before, _, check) {
      check(entry.seq === before.head + 1, () => `after ${before.head} came ${told(entry)}`);
    },
    async conclude(world, check) {
      for (const [conversation, log] of world.ledger.logs) {
        const page = await world.database.stores.log.page(conversation, 0, everything);
        const stored = await allEntries(world, conversation, page?.head.floor ?? 0);
        check(page?.head.seq === log.head, () => `${conversation}: head ${page?.head.seq}`);
        stored.forEach((entry, index) => {
          const seq = (page?.head.floor ?? 0) + 1 + index;
          const same = log.at(seq)?.clientId === entry.clientId;
          check(entry.seq === seq && same, () => `${told(entry)} is not what was stored as ${seq}`);
        });
      }
    },
  };
}

const everything = { entries: 1_000_000, bytes: 1 << 30 };

const allEntries = async (
  { database }: World,
  conversation: string,
  after: number,
): Promise<readonly Entry[]> =>
  (await database.stores.log.page(conversation, after, everything))?.entries ?? [];

/** G3: the same entry under the same number for everybody, and a device's messages in the order in which it sent them. */
export function sameOrder(): Checker {
  const puts = new Map<string, string[]>();
  return {
    promise: 'G3',
    see(testimony, world, check) {
      if (testimony.kind === 'put') {
        const of = `${testimony.device.device} ${testimony.conversation}`;
        puts.set(of, [...(puts.get(of) ?? []), testimony.clientId]);
      }
      const given = entriesGiven(testimony);
      if (!given || given.incarnation !== world.incarnation) return;
      const log = world.ledger.logs.get(given.conversation);
      for (const entry of given.entries) {
        const stored = log?.at(entry.seq);
        const same = stored !== undefined && equalBytes(stored.digest, entry.digest);
        check(same, () => `given another entry as ${told(entry)}`);
      }
    },
    async conclude(world, check) {
      for (const device of world.devices) await compareWithLog(world, device, check);
      for (const [of, clientIds] of puts) {
        const [device = '', conversation = ''] = of.split(' ');
        const log = world.ledger.logs.get(conversation);
        const order = (log?.entries ?? []).flatMap(({ sender, clientId }) =>
          sender.device === device && clientIds.includes(clientId) ? [clientId] : [],
        );
        const meant = clientIds.filter((clientId) => order.includes(clientId));
        check(order.join() === meant.join(), () => `${of.slice(0, 20)} sent in another order`);
      }
    },
  };
}

async function compareWithLog(
  world: World,
  device: World['devices'][number],
  check: Check,
): Promise<void> {
  if (!device.ref || device.revoked) return;
  for (const { id } of await device.conversations()) {
    const log = world.ledger.logs.get(id);
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

/** G4: a message is in the log once, however often it was sent, and each time the answer is the same. */
export function idempotent(): Checker {
  const answered = new Map<string, Acceptance>();
  return {
    promise: 'G4',
    stored(entry, before, world, check) {
      const again = before.entries.find(
        ({ sender, clientId, seq }) =>
          clientId === entry.clientId &&
          sender.device === entry.sender.device &&
          seq > floorOf(world),
      );
      check(!again || world.keepMs !== Infinity, () => `${told(entry)} is ${again?.seq} again`);
    },
    see(testimony, world, check) {
      if (testimony.kind === 'restored') answered.clear();
      const acceptance = acceptanceIn(testimony);
      if (!acceptance || world.keepMs !== Infinity) return;
      const { conversation, device, clientId, seq, digest } = acceptance;
      const key = `${conversation} ${device} ${clientId}`;
      const first = answered.get(key);
      answered.set(key, first ?? acceptance);
      if (first)
        check(
          first.seq === seq && equalBytes(first.digest, digest),
          () => `${told(first)} was answered ${seq} when it was sent again`,
        );
    },
    async conclude(world, check) {
      for (const device of world.devices) {
        for (const { id } of await device.conversations()) {
          const texts = (await device.entriesOf(id)).flatMap((entry) =>
            entry.kind === 'message' && entry.said.kind === 'text' ? [entry.said.text] : [],
          );
          check(
            new Set(texts).size === texts.length,
            () => `device ${device.number} reads a text twice`,
          );
        }
      }
    },
  };
}

/** Below the floor of a log nothing is remembered; where nothing is kept for ever, only what people read is checked. */
const floorOf = (world: World): number => (world.keepMs === Infinity ? 0 : Infinity);

/** G7: each entry is made for the keys in force, and each change of keys follows on the one before. */
export function oneWinner(): Checker {
  return {
    promise: 'G7',
    stored(entry, before, _, check) {
      const epochs = `epoch ${entry.epoch} after ${before.epoch}`;
      if (entry.change === null) {
        const current = entry.epoch === before.epoch && entry.generation === before.generation;
        check(current, () => `${told(entry)}: a message of ${epochs}`);
        check(before.owed.size === 0, () => `${told(entry)}: a message while devices are owed`);
      } else if (entry.change.mode === null) {
        check(entry.epoch === before.epoch, () => `${told(entry)}: a roster entry of ${epochs}`);
      } else {
        check(entry.epoch === before.epoch + 1, () => `${told(entry)}: a commit of ${epochs}`);
        check(
          paysWhatIsOwed(entry, before),
          () => `${told(entry)}: a commit that leaves out who is owed`,
        );
      }
    },
  };
}

function paysWhatIsOwed({ change }: Entry, before: LedgerLog): boolean {
  if (change?.mode !== 'member') return true;
  const removed = new Set(change.removeDevices.map(({ device }) => device));
  return [...before.owed].every((device) => removed.has(device));
}
