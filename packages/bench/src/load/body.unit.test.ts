import { describe, expect, it } from 'vitest';
import { bodyOf, messagesIn } from './body.ts';

const found = (frame: Buffer): number[] => {
  const messages: number[] = [];
  messagesIn(frame, (message) => messages.push(message));
  return messages;
};

describe('bodies', () => {
  it('have 512 bytes', () => {
    expect(bodyOf(1)).toHaveLength(512);
  });

  it('are found in a frame by their numbers, all of them', () => {
    const frame = Buffer.concat([
      Buffer.from('a'),
      bodyOf(1),
      bodyOf(2),
      Buffer.from('bc'),
      bodyOf(2 ** 31),
    ]);
    expect(found(frame)).toEqual([1, 2, 2 ** 31]);
  });

  it('are not found where there is none', () => {
    expect(found(Buffer.alloc(2_000, 7))).toEqual([]);
  });
});
