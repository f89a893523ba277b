import { expect, it } from 'vitest';
import type { SealedItem } from '../sync/own-entries.ts';
import { commandOf } from './command-of.ts';

const item: SealedItem = {
  order: 1,
  conversation: 'c',
  clientId: 'one',
  class: 'loud',
  content: new Uint8Array(),
  createdAt: 0,
  sealed: { generation: 1, epoch: 1, parts: [] },
  state: 'waiting',
  seq: null,
  error: null,
};

it('speaks of echoes only to a server that knows the word', () => {
  expect(commandOf(item, false)).not.toHaveProperty('skipEcho');
  expect(commandOf(item, true)).toMatchObject({ skipEcho: true });
});
