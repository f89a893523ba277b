import {
  aFounding,
  anyAttempts,
  anyBeginning,
  play,
  RuleLog,
  someBytes,
  worldDevices,
  worldLimit,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationState } from '../conversation/conversation.ts';
import type { DeviceRef, Seq } from '../shared/ids.ts';
import { defaultLimits } from '../shared/limits.ts';
import type { Audience, EntryEnvelope } from './entry.ts';
import { endFor, isMemberAt, isReadable, partsFor, stretches } from './window.ts';

const limits = { ...defaultLimits, devicesPerConversation: worldLimit };
const seqsUpTo = (last: Seq): Seq[] => Array.from({ length: last }, (_, index) => index + 1);

/** Walks the log entry by entry: the entries, removal included, at which each account was a member and each device keyed. */
function walked(entries: readonly EntryEnvelope[]): { member: Set<string>; readable: Set<string> } {
  const [members, keyed] = [new Set<string>(), new Map<string, string>()];
  const [member, readable] = [new Set<string>(), new Set<string>()];
  for (const { seq, change } of entries) {
    const before = { members: new Set(members), keyed: new Map(keyed) };
    if (change?.mode === 'found') keyed.clear();
    for (const account of change?.removeMembers ?? []) members.delete(account);
    for (const { account } of change?.addMembers ?? []) members.add(account);
    for (const { device } of change?.removeDevices ?? []) keyed.delete(device);
    for (const { account, device } of change?.addDevices ?? []) keyed.set(device, account);
    const present = new Set([...before.members, ...members]);
    for (const account of present) member.add(`${account} ${seq}`);
    for (const [device, account] of [...before.keyed, ...keyed])
      if (present.has(account)) readable.add(`${account} ${device} ${seq}`);
  }
  return { member, readable };
}

/** Plays a script to its end. */
function anyLog(check: (log: RuleLog) => void, numRuns: number): void {
  fc.assert(
    fc.property(anyBeginning, anyAttempts, (beginning, attempts) => {
      const log = new RuleLog();
      play(log, beginning, attempts, limits, () => undefined);
      check(log);
    }),
    { numRuns },
  );
}

/** What a device is given, number by number. */
function byNumber(
  state: ConversationState,
  { account, device }: DeviceRef,
  after: Seq,
  to: Seq,
): string[] {
  return [...stretches(state, account, device, after, to)].flatMap((stretch) =>
    seqsUpTo(stretch.to - stretch.from + 1).map(
      (offset) =>
        `${stretch.from + offset - 1} ${stretch.kind === 'gap' ? stretch.reason : 'readable'}`,
    ),
  );
}

describe('the window of a device', () => {
  it('holds what a walk through the log finds, whatever came and went (G5, G6)', () => {
    anyLog(({ entries, now }) => {
      const { member, readable } = walked(entries);
      const found = { member: new Set<string>(), readable: new Set<string>() };
      for (const { seq } of entries) {
        for (const account of now.members.keys())
          if (isMemberAt(now, account, seq)) found.member.add(`${account} ${seq}`);
        for (const [device, { account }] of now.devices)
          if (isReadable(now, account, device, seq))
            found.readable.add(`${account} ${device} ${seq}`);
      }
      expect(found).toEqual({ member, readable });
    }, 500);
  });

  it('is cut into stretches that cover every number once, in order, with the reason of each gap', () => {
    fc.assert(
      fc.property(anyBeginning, anyAttempts, fc.nat({ max: 20 }), (beginning, attempts, after) => {
        const log = new RuleLog();
        play(log, beginning, attempts, limits, () => undefined);
        const head = log.entries.length;
        for (const reader of worldDevices) {
          const { account, device } = reader;
          const expected = seqsUpTo(head)
            .filter((seq) => seq > after)
            .map((seq) => {
              if (isReadable(log.now, account, device, seq)) return `${seq} readable`;
              return `${seq} ${isMemberAt(log.now, account, seq) ? 'before_device' : 'not_member'}`;
            });
          expect(byNumber(log.now, reader, after, head)).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has stretches of which neighbours always differ, and one that goes on without end', () => {
    anyLog(({ now }) => {
      for (const { account, device } of worldDevices) {
        const found = [...stretches(now, account, device, 0, Infinity)];
        const kinds = found.map((stretch) =>
          stretch.kind === 'gap' ? stretch.reason : stretch.kind,
        );
        expect(kinds.filter((kind, index) => kind === kinds[index + 1])).toEqual([]);
        expect(found.at(-1)?.to).toBe(Infinity);
      }
    }, 100);
  });

  it('is empty at the head and beyond it', () => {
    const log = new RuleLog();
    log.must(aFounding('group', { account: 'ann', device: 'ann1' }));
    for (const after of [1, 2, 99])
      expect([...stretches(log.now, 'ann', 'ann1', after, 1)]).toEqual([]);
  });

  it('is walked lazily, so that ten thousand comings and goings cost a reader only what it reads', () => {
    const intervals = seqsUpTo(10_000).map((turn) => ({ from: turn * 10, to: turn * 10 + 4 }));
    const state = {
      members: new Map([['ann', { role: null, intervals }]]),
      devices: new Map([['ann1', { account: 'ann', spans: intervals }]]),
    } as unknown as ConversationState;
    const walk = stretches(state, 'ann', 'ann1', 0, 100_004);
    expect([walk.next().value, walk.next().value, walk.next().value]).toEqual([
      { kind: 'gap', from: 1, to: 9, reason: 'not_member' },
      { kind: 'readable', from: 10, to: 14 },
      { kind: 'gap', from: 15, to: 19, reason: 'not_member' },
    ]);
  });

  it('ends for an account with the head, or with the entry that removed it', () => {
    anyLog(({ entries, now }) => {
      for (const account of ['ann', '__proto__', 'nobody']) {
        const at = entries.filter(({ seq }) => isMemberAt(now, account, seq)).map(({ seq }) => seq);
        expect(endFor(now, account, entries.length)).toBe(at.at(-1) ?? null);
      }
    }, 150);
  });
});

describe('the parts of an entry', () => {
  const parts = (['all', 'joiners', ['ann1'], ['bob1'], ['ann1', 'bob1'], []] as Audience[]).map(
    (audience, index) => ({ audience, bytes: someBytes(2, index) }),
  );

  it('are given to a device when they are for all or name it; never those for joiners or others', () => {
    const given = (device: string | null) => partsFor(parts, device).map(({ bytes }) => bytes[0]);
    expect(given('ann1')).toEqual([0, 2, 4]);
    expect(given('bob1')).toEqual([0, 3, 4]);
    expect(given('cat1')).toEqual([0]);
    expect(given('joiners')).toEqual([0]);
    expect(given(null)).toEqual([0]);
  });
});
