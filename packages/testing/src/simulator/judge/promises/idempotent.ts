import { type Entry, equalBytes, hex } from '@sealpost/domain';
import { type Acceptance, acceptanceIn, told } from '../acceptance.ts';
import type { Checker } from '../checker.ts';

/** G4: a message is in the log once, however often it was sent, and each time the answer is the same. */
export function idempotent(): Checker {
  const answered = new Map<string, Acceptance>();
  /** By digest, what it is of. */
  const contents = new Map<string, string>();
  return {
    promise: 'G4',
    stored(entry, before, _, check) {
      const again = before.entries.find(
        ({ sender, clientId, seq }) =>
          clientId === entry.clientId &&
          sender.device === entry.sender.device &&
          seq > before.floor,
      );
      check(!again, () => `${told(entry)} is ${again?.seq} again`);
      const [named, content] = [hex(entry.digest), contentOf(entry)];
      check((contents.get(named) ?? content) === content, () => 'one digest is of two contents');
      contents.set(named, content);
    },
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') answered.clear();
      const acceptance = acceptanceIn(testimony);
      if (!acceptance) return;
      const { conversation, device, clientId, seq, digest } = acceptance;
      const key = `${conversation} ${device} ${clientId}`;
      const known = answered.get(key);
      // What was cut is not remembered.
      const floor = scene.ledger.logs.get(conversation)?.floor ?? 0;
      const first = known && known.seq > floor ? known : null;
      answered.set(key, first ?? acceptance);
      if (first)
        check(
          first.seq === seq && equalBytes(first.digest, digest),
          () => `${told(first)} was answered ${seq} when it was sent again`,
        );
    },
    async conclude(scene, check) {
      for (const device of scene.devices) {
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

const contentOf = ({ parts }: Entry): string =>
  parts.map(({ audience, bytes }) => `${JSON.stringify(audience)} ${hex(bytes)}`).join('\n');
