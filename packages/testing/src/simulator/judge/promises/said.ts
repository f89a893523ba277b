import type { SimDevice } from '../../device/sim-device.ts';
import type { Check, Checker } from '../checker.ts';
import { isWhole } from '../due.ts';
import type { Scene } from '../scene.ts';

interface Put {
  readonly device: string;
  readonly conversation: string;
  readonly clientId: string;
  readonly text: string;
}

/** G5, from its other end: what somebody says goes out, and is what others read. */
export function said(): Checker {
  const puts = new Map<string, Put>();
  const takenBack = new Set<string>();
  return {
    promise: 'G5',
    see(testimony) {
      // What was said before may have been taken back: its senders keep it, and are told.
      if (testimony.kind === 'restored') puts.clear();
      if (testimony.kind === 'taken_back') takenBack.add(testimony.clientId);
      if (testimony.kind !== 'put') return;
      const { device, conversation, clientId, text } = testimony;
      puts.set(clientId, { device: device.device, conversation, clientId, text });
    },
    async conclude(scene, check) {
      for (const device of scene.devices) {
        if (!isWhole(device)) continue;
        const own = [...puts.values()].filter(
          ({ device: of, clientId }) => of === device.ref.device && !takenBack.has(clientId),
        );
        await checkSent(scene, device, own, check);
        await checkTexts(device, puts, check);
      }
    },
  };
}

async function checkSent(
  scene: Scene,
  device: SimDevice,
  own: readonly Put[],
  check: Check,
): Promise<void> {
  for (const conversation of await device.conversations()) {
    const info = await conversation.info();
    const outgoing = await conversation.outgoing();
    const waitsForSomebody = info?.forked === true || (info?.suspects.length ?? 0) > 0;
    const waiting = outgoing.filter(({ state }) => state === 'waiting').length;
    const where = `device ${device.number}, ${conversation.id.slice(0, 12)}`;
    check(waiting === 0 || waitsForSomebody, () => `${where}: ${waiting} messages still wait`);
    const failed = new Set(
      outgoing.flatMap((item) => (item.state === 'failed' ? [item.clientId] : [])),
    );
    const entries = scene.ledger.logs.get(conversation.id)?.entries ?? [];
    const stored = new Set(entries.map(({ clientId }) => clientId));
    for (const { clientId, text } of own.filter((put) => put.conversation === conversation.id))
      check(
        stored.has(clientId) || failed.has(clientId) || waitsForSomebody,
        () => `${where}: ${text} went nowhere`,
      );
  }
}

async function checkTexts(
  device: SimDevice,
  puts: ReadonlyMap<string, Put>,
  check: Check,
): Promise<void> {
  for (const { id } of await device.conversations())
    for (const entry of await device.entriesOf(id)) {
      const put = entry.kind === 'message' ? puts.get(entry.clientId) : undefined;
      if (entry.kind !== 'message' || !put || entry.said.kind !== 'text') continue;
      const { text } = entry.said;
      check(
        text === put.text,
        () => `device ${device.number} reads ${text} where ${put.text} was said`,
      );
    }
}
