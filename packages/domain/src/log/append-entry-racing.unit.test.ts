import {
  aCommit,
  aLeaving,
  aMessage,
  anExternalJoin,
  aRosterChange,
  many,
  someFacts,
  TestDeployment,
  type TestProcess,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../conversation/command.ts';
import { type ConversationState, keyedDevices } from '../conversation/conversation.ts';
import { decide } from '../conversation/decide.ts';
import { evolve } from '../conversation/evolve.ts';
import type { Result } from '../shared/result.ts';
import type { AppendRefusal } from '../conversation/refusal.ts';
import type { DeviceRef } from '../shared/ids.ts';
import type { Accepted } from './append-entry.ts';
import type { Entry, EntryDraft, EntryEnvelope } from './entry.ts';

const kinds = [
  'message',
  'message',
  'message',
  'refresh',
  'repair',
  'join',
  'leave',
  'promote',
  'add',
  'remove',
] as const;

/** Several commands at once, each by some device through some process, made on a state that may be old by then. */
const anyRound = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    by: fc.nat({ max: 5 }),
    whom: fc.nat({ max: 5 }),
    process: fc.nat({ max: 2 }),
    // How many changes ago its device read the log.
    behind: fc.constantFrom(0, 0, 0, 1),
    again: fc.boolean(),
  }),
  { minLength: 2, maxLength: 5 },
);
const anyRounds = fc.array(anyRound, { minLength: 1, maxLength: 5 });
type Move = typeof anyRound extends fc.Arbitrary<(infer T)[]> ? T : never;

const owedIn = (state: ConversationState): DeviceRef[] =>
  keyedDevices(state).filter(({ device }) => state.owed.has(device));

function commandOf(
  { kind, by, whom }: Move,
  devices: readonly DeviceRef[],
  state: ConversationState,
): Command {
  const at = (position: number): DeviceRef =>
    devices[position % devices.length] ?? { account: '', device: '' };
  const [sender, other] = [at(by), at(whom)];
  const removeDevices = owedIn(state);
  switch (kind) {
    case 'message':
      return aMessage(state, sender);
    case 'refresh':
    case 'repair':
      return aCommit(state, sender, { removeDevices });
    case 'join':
      return anExternalJoin(state, sender);
    case 'leave':
      return aLeaving(state, sender);
    case 'promote':
      return aRosterChange(state, sender, {
        setRoles: [{ account: other.account, role: 'owner' }],
      });
    case 'add':
      return aCommit(state, sender, {
        addMembers: [{ account: other.account, role: 'member' }],
        removeDevices,
      });
    case 'remove': {
      const gone = keyedDevices(state).filter(
        ({ account, device }) => account === other.account || state.owed.has(device),
      );
      return aCommit(state, sender, { removeMembers: [other.account], removeDevices: gone });
    }
  }
}

const draftOf = ({
  seq: _seq,
  acceptedAt: _acceptedAt,
  loud: _loud,
  parts: _parts,
  ...draft
}: Entry): EntryDraft => draft;

interface Answer {
  readonly command: Command;
  readonly result: Result<Accepted, AppendRefusal>;
  /** Where the log stood when the command was given, and when it was answered. */
  readonly from: number;
  readonly to: number;
}

class Race {
  readonly answers: Answer[] = [];
  readonly #deployment: TestDeployment;
  readonly #processes: readonly TestProcess[];
  readonly #devices: readonly DeviceRef[];
  readonly #conversation: string;

  static async begin(): Promise<Race> {
    const deployment = new TestDeployment();
    const people = [
      await deployment.person(),
      await deployment.person(),
      await deployment.person(),
    ];
    const [ann = await deployment.person(), ...others] = people;
    const devices = [...people, await deployment.deviceOf(ann)];
    const { id } = await deployment.group(ann, others);
    return new Race(deployment, devices, id);
  }

  private constructor(
    deployment: TestDeployment,
    devices: readonly DeviceRef[],
    conversation: string,
  ) {
    this.#deployment = deployment;
    this.#devices = devices;
    this.#conversation = conversation;
    this.#processes = many(3, () => deployment.process());
  }

  async round(moves: readonly Move[]): Promise<void> {
    // Commits leave room for each other; here they may follow at once.
    await this.#deployment.time.advance(120_000);
    const states = await this.states();
    await Promise.all(
      moves.map(async (move) => {
        const state = states.at(-1 - move.behind) ?? states[0];
        if (!state) return;
        const command = commandOf(move, this.#devices, state);
        await this.#give(command, move.process);
        if (move.again) await this.#give(command, move.process + 1);
      }),
    );
  }

  async #give(command: Command, process: number): Promise<void> {
    const from = (await this.entries()).length;
    const result = await this.#processes[process % 3]?.append.execute(command);
    if (result) this.answers.push({ command, result, from, to: (await this.entries()).length });
  }

  entries(): Promise<readonly Entry[]> {
    return this.#deployment.entries(this.#conversation);
  }

  /** After each change. */
  async states(): Promise<ConversationState[]> {
    return changed(await this.entries());
  }

  get tries(): number {
    const appended = this.#processes.map(({ meter }) => meter.of('appends_stale'));
    return appended.reduce((sum, count) => sum + count, 0);
  }
}

const changed = (entries: readonly EntryEnvelope[]): ConversationState[] => {
  const states: ConversationState[] = [];
  for (const entry of entries) if (entry.change) states.push(evolve(states.at(-1) ?? null, entry));
  return states;
};

const play = async (rounds: readonly (readonly Move[])[]): Promise<Race> => {
  const race = await Race.begin();
  for (const moves of rounds) await race.round(moves);
  return race;
};
/** Whether somebody else's messages were refused so often that commits make way for the next: nothing of the log. */
function mayHaveTurn({ answers }: Race, { sender }: Command): boolean {
  const losers = answers.flatMap(({ command, result }) =>
    command.kind === 'message' && !result.ok && command.sender.device !== sender.device
      ? [command.sender.device]
      : [],
  );
  return losers.some((one) => losers.filter((other) => other === one).length >= 3);
}

const always = (check: (race: Race) => Promise<void>, numRuns: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(anyRounds, async (rounds) => check(await play(rounds))),
    { numRuns },
  );

describe('processes that append to one conversation at once', () => {
  it('write a log in which every entry is what the rules decide on the entries before it (G2, G7)', async () => {
    await always(async (race) => {
      const commands = new Map(race.answers.map(({ command }) => [command.clientId, command]));
      let state = null as ConversationState | null;
      for (const entry of await race.entries()) {
        const command = commands.get(entry.clientId);
        const facts = someFacts({ now: entry.acceptedAt, digest: entry.digest });
        // The founding entry is the deployment's own.
        const decision = command && decide(state, entry.seq - 1, command, facts);
        const value = draftOf(entry);
        expect(decision ?? { ok: true, value }).toEqual({ ok: true, value });
        state = evolve(state, entry);
      }
    }, 60);
  });

  it('answer what is in the log, and the same to a repeated send, whoever is asked (G4)', async () => {
    await always(async (race) => {
      const entries = await race.entries();
      const answered = race.answers.flatMap(({ command, result }) =>
        result.ok ? [{ clientId: command.clientId, ...result.value }] : [],
      );
      const stored = new Map(
        entries.map(({ clientId, seq, acceptedAt, digest, loud }) => [
          clientId,
          { clientId, seq, acceptedAt, digest, loud },
        ]),
      );
      // A repeated send is not told how many loud entries there are.
      expect(answered).toEqual(
        answered.map(({ clientId, loud }) => ({
          ...stored.get(clientId),
          ...(loud === null ? { loud } : {}),
        })),
      );
      const ids = new Set(answered.map(({ clientId }) => clientId));
      expect(entries.slice(1).map(({ clientId }) => ids.has(clientId))).toEqual(
        entries.slice(1).map(() => true),
      );
    }, 60);
  });

  it('refuse only for what stood in the log while they were asked, never for what a cache held (G7)', async () => {
    await always(async (race) => {
      const entries = await race.entries();
      for (const { command, result, from, to } of race.answers) {
        const standing = many(to - from + 1, (offset) => entries.slice(0, from + offset));
        const codes = standing.map((log) => {
          const facts = someFacts({ now: Infinity, heldMs: mayHaveTurn(race, command) ? 1 : 0 });
          const decision = decide(changed(log).at(-1) ?? null, log.length, command, facts);
          return decision.ok ? 'accepted' : decision.error.code;
        });
        expect(result.ok || codes.includes(result.error.code as (typeof codes)[number])).toBe(true);
      }
    }, 60);
  });

  it('end within a bounded number of tries, with nobody turned away as busy among a few', async () => {
    await always(async (race) => {
      const refused = race.answers.flatMap(({ result }) => (result.ok ? [] : [result.error.code]));
      expect(refused).not.toContain('busy');
      expect(race.tries).toBeLessThanOrEqual(race.answers.length * 8);
    }, 40);
  });
});
