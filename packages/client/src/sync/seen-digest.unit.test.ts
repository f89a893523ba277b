import type { WireEntry } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { wireChange } from '../changes/wire-change.ts';
import { seenDigest } from './seen-digest.ts';

const entry = (more: Partial<WireEntry> = {}): WireEntry => ({
  conversation: 'conversation',
  seq: 7,
  generation: 1,
  epoch: 2,
  sender: { account: 'alice', device: 'phone' },
  clientId: 'client-id',
  after: null,
  acceptedAt: 5,
  kind: 'message',
  class: 'loud',
  loud: 3,
  change: null,
  blobs: [],
  digest: new Uint8Array(32),
  parts: [{ audience: 'all', bytes: Uint8Array.of(1, 2, 3) }],
  ...more,
});
const before = new Uint8Array(32).fill(9);
const keys = entry({ kind: 'commit', change: wireChange({ mode: 'member' }) });

describe('what a device was shown', () => {
  it('is another thing when anything that all members see of an entry differs', () => {
    const others: readonly Partial<WireEntry>[] = [
      { conversation: 'other' },
      { seq: 8 },
      { generation: 2 },
      { epoch: 3 },
      { sender: { account: 'alice', device: 'tablet' } },
      { sender: { account: 'bob', device: 'phone' } },
      { clientId: 'other' },
      { kind: 'roster' },
      { class: 'quiet' },
      { parts: [] },
      { parts: [{ audience: 'all', bytes: Uint8Array.of(1, 2, 4) }] },
    ];
    const seen = new Set([{}, ...others].map((more) => String(seenDigest(entry(more), before))));
    expect(seen.size).toBe(others.length + 1);
  });

  it('is the same whatever the server adds for one of them, or says the digest is', () => {
    const mine = { audience: 'device' as const, bytes: Uint8Array.of(4) };
    const given = entry({ parts: [...entry().parts, mine], digest: new Uint8Array(32).fill(1) });
    expect(seenDigest(given, before)).toEqual(seenDigest(entry(), before));
  });

  it('holds all that came before, back to the change of keys', () => {
    const other = new Uint8Array(32).fill(8);
    expect(seenDigest(entry(), before)).not.toEqual(seenDigest(entry(), other));
    expect(seenDigest(keys, before)).toEqual(seenDigest(keys, other));
  });

  it('is unknown after a gap, until the keys change', () => {
    expect(seenDigest(entry(), null)).toBeNull();
    expect(seenDigest(keys, null)).toEqual(seenDigest(keys, before));
  });
});
