import { type Change, emptyChange, type Entry, fold, isReadable } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { audit, type AuditedDevice, type Evidence } from './audit.ts';
import type { JournalLine, ReadLine } from './journal.ts';
import { type Wrong, wrongs } from './tally.ts';

const conversation = 'group';
const people = ['alice', 'bob', 'carol'] as const;
type Person = (typeof people)[number];
const refOf = (account: Person) => ({ account, device: `${account}-phone` });

function entry(seq: number, sender: Person, change: Partial<Change> | null): Entry {
  return {
    conversation,
    seq,
    sender: refOf(sender),
    clientId: `client-id-${seq}`,
    kind: change === null ? 'message' : seq === 1 ? 'created' : 'commit',
    class: 'loud',
    generation: 1,
    epoch: 1,
    after: null,
    change: change && { ...emptyChange, ...change },
    blobs: [],
    digest: new Uint8Array([seq]),
    acceptedAt: 1_000 * seq,
    loud: seq,
    parts: [],
  };
}

/** Three people talk; carol is removed by entry 5, and has entry 6 and 7 not. */
const entries: readonly Entry[] = [
  entry(1, 'alice', {
    mode: 'found',
    founding: { kind: 'group', suite: 'suite' },
    addMembers: people.map((account) => ({ account, role: 'member' })),
    addDevices: people.map(refOf),
  }),
  entry(2, 'alice', null),
  entry(3, 'bob', null),
  entry(4, 'carol', null),
  entry(5, 'alice', {
    mode: 'member',
    removeMembers: ['carol'],
    removeDevices: [refOf('carol')],
  }),
  entry(6, 'bob', null),
  entry(7, 'alice', null),
];

const readLine = ({ seq, sender, clientId, digest, kind }: Entry): ReadLine => ({
  is: 'read',
  conversation,
  seq,
  sender: sender.device,
  clientId,
  digest: Buffer.from(digest).toString('hex'),
  kind: kind === 'message' ? 'message' : 'change',
  mark: kind === 'message' ? `mark-${seq}` : null,
  at: 1_000 * seq,
});

/** What a person's device wrote down when everything went well. */
function journalOf(person: Person): JournalLine[] {
  const state = fold(null, entries);
  const { account, device } = refOf(person);
  const lines: JournalLine[] = [{ is: 'me', account, device }];
  for (const one of entries) {
    if (one.sender.device === device && one.kind === 'message')
      lines.push({
        is: 'said',
        conversation,
        mark: `mark-${one.seq}`,
        clientId: one.clientId,
        at: 0,
      });
    if (state && isReadable(state, account, device, one.seq)) lines.push(readLine(one));
  }
  const bundles = [{ device: 'bob-phone', ref: `ref-of-${person}`, lastResort: false }];
  return [...lines, { is: 'claimed', bundles }];
}

interface Planted {
  readonly log?: readonly Entry[];
  readonly journal?: (person: Person, honest: JournalLine[]) => JournalLine[];
  readonly claimable?: Evidence['claimable'];
  readonly revoked?: Person;
}

function evidence({ log = entries, journal, claimable = [], revoked }: Planted = {}): Evidence {
  const state = fold(null, entries);
  if (!state) throw new Error('the story has entries');
  const devices = people.map((person): AuditedDevice => {
    const honest = journalOf(person);
    const written = journal?.(person, honest) ?? honest;
    return { ...refOf(person), active: person !== revoked, journal: written };
  });
  return { devices, logs: new Map([[conversation, { state, entries: log }]]), claimable };
}

/** Everything that was counted, and nothing else. */
function counted(planted: Planted): Partial<Record<Wrong, number>> {
  const tally = audit(evidence(planted));
  return Object.fromEntries(
    wrongs.flatMap((wrong) => (tally.of(wrong) === 0 ? [] : [[wrong, tally.of(wrong)]])),
  );
}

const isRead = (line: JournalLine, seq: number): line is ReadLine =>
  line.is === 'read' && line.seq === seq;
/** Changes what one person's device wrote down. */
const by =
  (who: Person, change: (lines: JournalLine[]) => JournalLine[]) =>
  (person: Person, honest: JournalLine[]): JournalLine[] =>
    person === who ? change(honest) : honest;
const altered =
  (who: Person, seq: number, change: Partial<ReadLine>) =>
  (person: Person, honest: JournalLine[]) =>
    by(who, (lines) => lines.map((line) => (isRead(line, seq) ? { ...line, ...change } : line)))(
      person,
      honest,
    );

it('finds nothing wrong where nothing is, and has looked', () => {
  const tally = audit(evidence());
  expect(tally.isClean).toBe(true);
  expect(tally.line()).toBe('lost=0 duplicated=0 disordered=0 unreadable=0 intruders=0 reissued=0');
  expect(tally).toMatchObject({ sent: 5, read: 19, expected: 19, claimed: 3, findings: [] });
});

it('is not content with having seen nothing', () => {
  expect(audit({ devices: [], logs: new Map(), claimable: [] }).isClean).toBe(false);
});

describe('lost', () => {
  it('counts a message that was taken and is not in the log', () => {
    const said = { conversation, mark: 'm', clientId: 'nowhere', at: 0 } as const;
    const planted = { journal: by('bob', (lines) => [...lines, { is: 'said', ...said }]) };
    expect(counted(planted)).toEqual({ lost: 1 });
  });

  it('counts a refusal of one who was a member all the time, and excuses one of who was not', () => {
    const refused = (lines: JournalLine[]): JournalLine[] => [
      ...lines,
      { is: 'said', conversation, mark: 'm', clientId: 'nowhere', at: 0 },
      { is: 'failed', conversation, clientId: 'nowhere', error: 'not_a_member' },
    ];
    expect(counted({ journal: by('bob', refused) })).toEqual({ lost: 1 });
    expect(counted({ journal: by('carol', refused) })).toEqual({});
  });

  it('counts an entry that did not reach who may read it, at the end and in between', () => {
    const without = (seq: number) =>
      by('bob', (lines) => lines.filter((line) => !isRead(line, seq)));
    expect(counted({ journal: without(7) })).toEqual({ lost: 1 });
    // The hole in what was read counts as well.
    expect(counted({ journal: without(4) })).toEqual({ lost: 2 });
  });

  it('excuses a revoked device from reading', () => {
    const journal = by('bob', (lines) => lines.filter((line) => !isRead(line, 7)));
    expect(counted({ journal, revoked: 'bob' })).toEqual({});
  });

  it('counts what was read and is not in the store any more', () => {
    // Its sender said it, and two devices read it.
    expect(counted({ log: entries.slice(0, -1) })).toEqual({ lost: 3 });
  });

  it('counts a hole in the log', () => {
    const log = entries.filter(({ seq }) => seq !== 6);
    expect(counted({ log }).lost).toBeGreaterThan(0);
  });
});

describe('duplicated', () => {
  it('counts a send that is in the log twice', () => {
    const [last] = entries.slice(-1);
    const log = last ? [...entries, { ...last, seq: 8 }] : [];
    expect(counted({ log }).duplicated).toBe(1);
  });

  it('counts a position that was read twice', () => {
    const journal = by('alice', (lines) =>
      lines.flatMap((line): JournalLine[] => (isRead(line, 7) ? [line, line] : [line])),
    );
    expect(counted({ journal })).toEqual({ duplicated: 1 });
  });

  it('counts what was said once and stands in two places', () => {
    const journal = altered('bob', 7, { mark: 'mark-2' });
    expect(counted({ journal })).toEqual({ duplicated: 1, unreadable: 1 });
  });
});

describe('disordered', () => {
  it('counts positions that were read in another order', () => {
    const journal = by('bob', (lines) => {
      const at = lines.findIndex((line) => isRead(line, 3));
      const [third, fourth] = [lines[at], lines[at + 1]];
      return third && fourth ? lines.with(at, fourth).with(at + 1, third) : lines;
    });
    // A hole where the first of the two is missing, and a step back where it comes.
    expect(counted({ journal })).toEqual({ disordered: 1, lost: 1 });
  });

  it('counts another entry than the store has under the number', () => {
    expect(counted({ journal: altered('bob', 4, { digest: 'ff' }) })).toEqual({ disordered: 1 });
    expect(counted({ journal: altered('bob', 5, { clientId: 'other' }) })).toEqual({
      disordered: 1,
    });
  });

  it('counts messages of a device that overtook each other', () => {
    const journal = by('alice', (lines) => {
      const said = lines.filter((line) => line.is === 'said');
      return [...said.toReversed(), ...lines.filter((line) => line.is !== 'said')];
    });
    expect(counted({ journal })).toEqual({ disordered: 1 });
  });
});

describe('unreadable', () => {
  it('counts an entry that could not be decrypted by who may read it', () => {
    const journal = altered('bob', 4, { kind: 'undecryptable', mark: null });
    expect(counted({ journal })).toEqual({ unreadable: 1 });
  });

  it('counts an entry that says something else than was said', () => {
    expect(counted({ journal: altered('bob', 4, { mark: 'other' }) })).toEqual({ unreadable: 1 });
  });
});

describe('intruders', () => {
  it('counts an entry that was read by who was removed before', () => {
    const sixth = entries[5];
    const journal = by('carol', (lines) => (sixth ? [...lines, readLine(sixth)] : lines));
    expect(counted({ journal })).toEqual({ intruders: 1 });
  });

  it('counts what a revoked device was given five seconds later', () => {
    const revoked = (at: number) =>
      by('alice', (lines) => [...lines, { is: 'revoked', device: 'bob-phone', at }]);
    expect(counted({ journal: revoked(1_500), revoked: 'bob' })).toEqual({ intruders: 1 });
    expect(counted({ journal: revoked(2_500), revoked: 'bob' })).toEqual({});
  });
});

describe('reissued', () => {
  const again = (lastResort: boolean) =>
    by('carol', (lines) => [
      ...lines,
      { is: 'claimed', bundles: [{ device: 'bob-phone', ref: 'ref-of-alice', lastResort }] },
    ]);

  it('counts a one-time bundle that two were given, and not a last-resort bundle', () => {
    expect(counted({ journal: again(false) })).toEqual({ reissued: 1 });
    expect(counted({ journal: again(true) })).toEqual({});
  });

  it('counts a bundle that was handed out and can be claimed again', () => {
    const claimable = [{ device: 'bob-phone', ref: 'ref-of-carol' }];
    expect(counted({ claimable })).toEqual({ reissued: 1 });
    expect(counted({ claimable: [{ device: 'bob-phone', ref: 'fresh' }] })).toEqual({});
  });
});
