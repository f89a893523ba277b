import { emptyChange, type Entry } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { wirePage } from './entry.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const entry: Entry = {
  conversation: 'c',
  seq: 7,
  generation: 1,
  epoch: 2,
  sender: { account: 'a', device: 'd' },
  clientId: 'id',
  after: null,
  acceptedAt: 5,
  kind: 'commit',
  class: 'quiet',
  loud: 3,
  change: emptyChange,
  blobs: ['blob'],
  digest: bytes(9),
  parts: [
    { audience: 'all', bytes: bytes(1) },
    { audience: 'joiners', bytes: bytes(2) },
    { audience: ['mine', 'other'], bytes: bytes(3) },
    { audience: ['other'], bytes: bytes(4) },
  ],
};

describe('a page on the wire', () => {
  it('holds of each entry what is for all and what names the device, and not who else is named', () => {
    const page = { incarnation: 1, entries: [entry], gaps: [], next: 7, head: 9 };
    const { parts, ...rest } = entry;
    expect(wirePage(page, 'mine')).toEqual({
      ...page,
      entries: [
        {
          ...rest,
          parts: [
            { audience: 'all', bytes: parts[0]?.bytes },
            { audience: 'device', bytes: parts[2]?.bytes },
          ],
        },
      ],
    });
  });
});
