import {
  aCommit,
  aMessage,
  anyAttempts,
  anyBeginning,
  type Attempt,
  play,
  RuleLog,
  someFacts,
  worldDevices,
  worldLimit,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryEnvelope } from '../log/entry.ts';
import type { Limits } from '../shared/limits.ts';
import { defaultLimits } from '../shared/limits.ts';
import {
  type ConversationState,
  currentMembers,
  type Interval,
  isKeyed,
  keyedDevices,
  roleOf,
} from './conversation.ts';
import { fold } from './evolve.ts';
import type { RuleRefusal } from './refusal.ts';
import { decodeState, encodeState } from './state-codec.ts';

const limits: Limits = { ...defaultLimits, devicesPerConversation: worldLimit };

/** Plays any script; `check` sees the log after each entry that was accepted. */
function always(check: (log: RuleLog, attempt: Attempt | null) => void, numRuns = 400): void {
  fc.assert(
    fc.property(anyBeginning, anyAttempts, (beginning, attempts) => {
      const log = new RuleLog();
      play(log, beginning, attempts, limits, (attempt) => check(log, attempt));
    }),
    { numRuns },
  );
}

/** Who is a member as what, whom the keys are for, and who was revoked since: what a person would note down by hand. */
class Notes {
  readonly roles = new Map<string, string>();
  readonly keyed = new Map<string, string>();
  readonly revoked = new Set<string>();

  constructor(entries: readonly EntryEnvelope[]) {
    for (const { change } of entries) {
      if (!change) continue;
      if (change.mode === 'found') this.keyed.clear();
      for (const account of change.removeMembers) this.roles.delete(account);
      for (const { account, role } of [...change.addMembers, ...change.setRoles])
        this.roles.set(account, role);
      for (const { device } of change.removeDevices) this.keyed.delete(device);
      for (const { device, account } of change.addDevices) this.keyed.set(device, account);
      for (const { device } of [...change.addDevices, ...change.removeDevices])
        this.revoked.delete(device);
      for (const { device } of change.revokeDevices) this.revoked.add(device);
    }
  }

  get owed(): string[] {
    return [...this.keyed]
      .filter(([device, account]) => !this.roles.has(account) || this.revoked.has(device))
      .map(([device]) => device);
  }
}

const wellFormed = (intervals: readonly Interval[], touching: boolean): boolean =>
  intervals.every(({ from, to }, index) => {
    const next = intervals[index + 1];
    if (to === null) return next === undefined;
    return from < to && (!next || (touching ? to <= next.from : to < next.from));
  });

const isMessage = ({ kind }: EntryEnvelope): boolean => kind === 'message';
const sorted = (names: Iterable<string>): string[] => [...names].toSorted();

describe('whatever is tried, in any order', () => {
  it('the epoch rises by one with every commit and with nothing else, and never falls (G7)', () => {
    always(({ entries, states }) => {
      const [before, after] = states.slice(-2);
      if (!before || !after) return;
      const commits = entries.at(-1)?.kind === 'commit' ? 1 : 0;
      expect(after.epoch).toBe(before.epoch + commits);
      expect(after.generation - before.generation).toBe(
        entries.at(-1)?.change?.mode === 'found' ? 1 : 0,
      );
      expect(entries.at(-1)).toMatchObject({ epoch: after.epoch, generation: after.generation });
    });
  });

  it('the version is the number of the last entry that is no message', () => {
    always(({ entries, now }) => {
      expect(now.version).toBe(entries.findLast((entry) => !isMessage(entry))?.seq);
      expect(now.lastCommit).toBe(
        entries.findLast(({ change }) => change && change.mode !== null)?.seq,
      );
    });
  });

  it('members, keys and what is owed are what one would note down by hand', () => {
    always(({ entries, now }) => {
      const notes = new Notes(entries);
      expect(
        sorted(currentMembers(now).map((account) => `${account} ${roleOf(now, account)}`)),
      ).toEqual(sorted([...notes.roles].map(([account, role]) => `${account} ${role}`)));
      expect(
        sorted(keyedDevices(now).map(({ account, device }) => `${account} ${device}`)),
      ).toEqual(sorted([...notes.keyed].map(([device, account]) => `${account} ${device}`)));
      expect(sorted(now.owed)).toEqual(sorted(notes.owed));
    });
  });

  it('a group with members has an owner, a direct conversation its two, a self conversation its one', () => {
    always(({ states, now }) => {
      const members = currentMembers(now);
      const roles = members.map((account) => roleOf(now, account));
      const founders = [...(states[0]?.members.keys() ?? [])];
      const count = now.kind === 'direct' ? 2 : 1;
      const fits =
        now.kind === 'group'
          ? members.length === 0 || roles.includes('owner')
          : now.members.size === count && founders.every((account) => now.members.has(account));
      expect(fits).toBe(true);
    });
  });

  it('no more devices and members are taken in than the limit', () => {
    always(({ now }) => {
      expect(keyedDevices(now).length).toBeLessThanOrEqual(worldLimit);
      expect(currentMembers(now).length).toBeLessThanOrEqual(worldLimit);
    });
  });

  it('intervals are in order, and only that of a member, or of a device in the keys, is open', () => {
    always(({ now }) => {
      for (const { role, intervals } of now.members.values()) {
        expect(wellFormed(intervals, false)).toBe(true);
        expect(intervals.at(-1)?.to === null).toBe(role !== null);
      }
      // A reset ends every span and begins those of its own devices with the same entry.
      for (const { spans } of now.devices.values()) expect(wellFormed(spans, true)).toBe(true);
    });
  });

  it('no device commits its own removal, and none that is owed comes in (G7)', () => {
    always(({ entries, states }) => {
      const before = states.at(-2);
      const { change, kind, sender } = entries.at(-1) ?? {};
      const added = change?.addDevices.map(({ device }) => device) ?? [];
      const removed = change?.removeDevices.map(({ device }) => device) ?? [];
      expect(removed).not.toContain(sender?.device);
      expect(added.filter((device) => before?.owed.has(device) && kind === 'commit')).toEqual([]);
    });
  });

  it('a commit by a member covers everything owed, and an external join leaves it as it is', () => {
    always(({ entries, states, now }) => {
      const before = sorted(states.at(-2)?.owed ?? []);
      const { mode } = entries.at(-1)?.change ?? {};
      // A message finds nothing owed; a roster entry adds to it.
      const expected = mode === 'external' ? before : mode === null ? sorted(now.owed) : [];
      expect(sorted(now.owed)).toEqual(expected);
    });
  });

  it('the fold of all entries, and of a stored state and the rest, are the same state', () => {
    always(({ entries, states, now }) => {
      expect(fold(null, entries)).toEqual(now);
      const place = Math.floor(entries.length / 2);
      const stored = decodeState(encodeState(states[place] ?? now));
      expect(stored).toEqual(states[place]);
      expect(fold(stored, entries)).toEqual(now);
      expect(fold(stored, entries.slice(place + 1))).toEqual(now);
    }, 100);
  });
});

const codeOf = (refusal: RuleRefusal | null): string => refusal?.code ?? 'accepted';

describe('whatever has happened', () => {
  it('a message is refused exactly while it is stale, something is owed, or its device is not in the keys (G7)', () => {
    always((log) => {
      const { now } = log;
      const codes = worldDevices.map((sender) =>
        [-1, 0, 1].map((skew) =>
          codeOf(log.refusal(aMessage({ ...now, epoch: now.epoch + skew }, sender))),
        ),
      );
      const inForce = now.owed.size > 0 ? 'rekey_needed' : 'accepted';
      const expected = worldDevices.map(({ account, device }) => {
        if (roleOf(now, account) === null) return ['not_found', 'not_found', 'not_found'];
        if (!isKeyed(now, device)) return ['not_in_keys', 'not_in_keys', 'not_in_keys'];
        return ['stale_epoch', inForce, 'stale_epoch'];
      });
      expect(codes).toEqual(expected);
    }, 150);
  });

  it('every refusal of a message tells what is in force and owed', () => {
    always((log) => {
      const { now, entries } = log;
      const sender = keyedDevices(now).find(({ account }) => roleOf(now, account) !== null);
      if (!sender) return;
      const inForce = { generation: now.generation, epoch: now.epoch, head: entries.length };
      const owed = [...now.owed].map((device) => ({
        account: now.devices.get(device)?.account,
        device,
      }));
      expect(log.refusal(aMessage({ ...now, epoch: now.epoch - 1 }, sender))).toEqual({
        code: 'stale_epoch',
        ...inForce,
      });
      expect(log.refusal(aMessage(now, sender))).toEqual(
        owed.length > 0 ? { code: 'rekey_needed', ...inForce, owed } : null,
      );
    }, 100);
  });

  it('every device in the keys that is not owed itself can repair alone, at once and whatever its role', () => {
    always((log) => {
      const { now } = log;
      if (now.owed.size === 0) return;
      const keyed = keyedDevices(now);
      const removeDevices = keyed.filter(({ device }) => now.owed.has(device));
      const able = keyed.filter(({ device }) => !now.owed.has(device));
      const facts = { limits, heldMs: 5_000, now: 0 };
      const refusals = able.map((by) => log.refusal(aCommit(now, by, { removeDevices }), facts));
      expect(refusals).toEqual(able.map(() => null));
    }, 200);
  });

  it('a change on another epoch than the one in force is refused by it, whatever it is (G7)', () => {
    always((log) => {
      const { now } = log;
      const others = [
        { ...now, epoch: now.epoch - 1 },
        { ...now, epoch: now.epoch + 1 },
        { ...now, generation: now.generation + 1 },
      ];
      const modes = ['member', 'external', 'found'] as const;
      const codes = currentMembers(now).flatMap((account) =>
        others.flatMap((on) =>
          modes.map((mode) =>
            codeOf(log.refusal(aCommit(on, { account, device: `${account}1` }, { mode }))),
          ),
        ),
      );
      expect(new Set(codes)).toEqual(new Set(codes.length > 0 ? ['stale_epoch'] : []));
    }, 100);
  });

  it('who is no member is told that there is nothing, whatever is tried', () => {
    always((log) => {
      const stranger = { account: 'stranger', device: 'stranger1' };
      const tries = [
        aMessage(log.now, stranger),
        aCommit(log.now, stranger, { mode: 'external', addDevices: [stranger] }),
        aCommit({ ...log.now, epoch: 99 }, stranger),
      ];
      const codes = tries.map((command) => codeOf(log.refusal(command)));
      expect(codes).toEqual(['not_found', 'not_found', 'not_found']);
    }, 100);
  });

  it('deciding is pure: neither the state nor the command changes', () => {
    fc.assert(
      fc.property(anyBeginning, anyAttempts, (beginning, attempts) => {
        const log = new RuleLog();
        play(log, beginning, [], limits, () => undefined);
        for (const attempt of attempts) {
          const state: ConversationState = log.now;
          const command = attempt.command(state);
          const before = structuredClone([state, command]);
          log.decide(command, { ...someFacts(), ...attempt.facts, limits });
          expect([state, command]).toEqual(before);
          log.take(command, { ...attempt.facts, limits });
        }
      }),
      { numRuns: 100 },
    );
  });
});
