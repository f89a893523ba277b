import { describe, expect } from 'vitest';
import type { AppendOutcome, ConversationLog } from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, aDeviceRef, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { bounded } from '../turn.ts';
import { codes, pageOf, seqsOf, upTo, wide } from './steps.ts';

/** How many callers race. Adapters with several connections use them all. */
const callers = 16;
const ofCode = (outcomes: readonly { readonly code: string }[], code: string) =>
  outcomes.filter((outcome) => outcome.code === code);

/** The items from a place on, then those before it: callers that want the same in different orders. */
const turned = <T>(items: readonly T[], by: number): T[] => [
  ...items.slice(by % items.length),
  ...items.slice(0, by % items.length),
];

async function foundMany(log: ConversationLog, count: number): Promise<string[]> {
  const conversations = many(count, aConversationId);
  await log.append(conversations.map((conversation) => aFoundingAppend({ conversation })));
  return conversations;
}

export function racing(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`${callers} callers at once`, () => {
    it('leave no hole and no duplicate in one conversation (G2)', async ({ stores: { log } }) => {
      const [conversation = ''] = await foundMany(log, 1);
      const outcomes = await Promise.all(
        many(callers, async () => {
          const own: AppendOutcome[] = [];
          for (let round = 0; round < 4; round += 1) {
            own.push(...(await log.append(many(3, () => aMessageAppend(1, { conversation })))));
          }
          return own;
        }),
      );
      const answered = outcomes.map((own) =>
        own.map((outcome) => ('seq' in outcome ? outcome.seq : 0)),
      );
      expect(answered.flat().toSorted((a, b) => a - b)).toEqual(upTo(1 + callers * 12).slice(1));
      for (const own of answered) expect(own).toEqual(own.toSorted((a, b) => a - b));
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(1 + callers * 12));
    });

    it('leave no hole in any of the conversations that they take in different orders (G2)', async ({
      stores: { log },
    }) => {
      const conversations = await foundMany(log, 8);
      const outcomes = await Promise.all(
        many(callers, (caller) =>
          log.append(
            turned(conversations, caller * 3).flatMap((conversation) =>
              many(2, () => aMessageAppend(1, { conversation })),
            ),
          ),
        ),
      );
      expect(ofCode(outcomes.flat(), 'appended')).toHaveLength(callers * 16);
      for (const conversation of conversations) {
        expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(1 + callers * 2));
      }
    });

    it('append a send once, and know it everywhere as soon as it is answered (G1, G4)', async ({
      stores: { log },
    }) => {
      const [conversation = ''] = await foundMany(log, 1);
      const message = aMessageAppend(1, { conversation });
      const answers = await Promise.all(
        many(callers, async () => {
          const [outcome] = await log.append([message]);
          return { outcome, seen: (await log.page(conversation, 0, wide))?.entries.length };
        }),
      );
      expect(codes(answers.flatMap(({ outcome }) => outcome ?? [])).toSorted()).toEqual([
        'appended',
        ...many(callers - 1, () => 'known'),
      ]);
      for (const { outcome, seen } of answers) {
        expect(outcome).toMatchObject({ seq: 2, acceptedAt: anInstant });
        expect(seen).toBe(2);
      }
    });

    it('append overlapping batches of the same sends once (G4)', async ({ stores: { log } }) => {
      const conversations = await foundMany(log, 4);
      const sends = conversations.flatMap((conversation) =>
        many(4, () => aMessageAppend(1, { conversation })),
      );
      const outcomes = (
        await Promise.all(many(callers, (caller) => log.append(turned(sends, caller * 5))))
      ).flat();
      expect(ofCode(outcomes, 'appended')).toHaveLength(sends.length);
      expect(ofCode(outcomes, 'known')).toHaveLength(sends.length * (callers - 1));
      for (const conversation of conversations) {
        expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(5));
      }
    });

    it('keep the sends of each device in its order (G3)', async ({ stores: { log } }) => {
      const [conversation = ''] = await foundMany(log, 1);
      const devices = many(callers, () => aDeviceRef());
      const clientIdOf = (device: string, index: number) => `${device} ${index}`;
      const pipeline = (sender: (typeof devices)[number]) =>
        many(6, (index) =>
          aMessageAppend(1, {
            conversation,
            sender,
            clientId: clientIdOf(sender.device, index),
            after: index === 0 ? null : clientIdOf(sender.device, index - 1),
          }),
        );
      const unanswered = devices.map(pipeline);
      const round = bounded(6);
      while (unanswered.some((sends) => sends.length > 0)) {
        round();
        await Promise.all(
          unanswered.flatMap((sends, device) =>
            sends.map(async (send) => {
              const [outcome] = await log.append([send]);
              if (outcome?.code === 'appended')
                unanswered[device] = unanswered[device]?.filter((other) => other !== send) ?? [];
            }),
          ),
        );
      }
      const { entries } = await pageOf(log, conversation);
      for (const { device } of devices) {
        const own = entries
          .filter(({ sender }) => sender.device === device)
          .map(({ clientId }) => clientId);
        expect(own).toEqual(many(6, (index) => clientIdOf(device, index)));
      }
    });

    it('never see time or counts fall, whatever their clocks say', async ({ stores: { log } }) => {
      const [conversation = ''] = await foundMany(log, 1);
      await Promise.all(
        many(callers * 4, (caller) =>
          log.append([
            aMessageAppend(
              1,
              { conversation, class: caller % 3 === 0 ? 'quiet' : 'loud' },
              { now: anInstant + ((caller * 7919) % 100) },
            ),
          ]),
        ),
      );
      const { entries } = await pageOf(log, conversation);
      let loud = 0;
      let acceptedAt = 0;
      for (const entry of entries) {
        if (entry.class === 'loud') loud += 1;
        expect(entry.loud).toBe(loud);
        expect(entry.acceptedAt).toBeGreaterThanOrEqual(acceptedAt);
        acceptedAt = entry.acceptedAt;
      }
    });
  });
}
