import type { ClientId, ConversationId, ConversationLog, Seq } from '@sealpost/domain';
import { many } from '@sealpost/testing';
import { expect } from 'vitest';

/** The number of each entry, by its client id; fails unless they are 1, 2, 3 … and no id comes twice. */
export async function denseNumbers(
  log: ConversationLog,
  conversation: ConversationId,
): Promise<ReadonlyMap<ClientId, Seq>> {
  const { entries = [] } =
    (await log.page(conversation, 0, { entries: 1 << 20, bytes: 1 << 30 })) ?? {};
  expect(entries.map(({ seq }) => seq)).toEqual(many(entries.length, (index) => index + 1));
  const numbers = new Map(entries.map(({ clientId, seq }) => [clientId, seq]));
  expect(numbers.size).toBe(entries.length);
  return numbers;
}
