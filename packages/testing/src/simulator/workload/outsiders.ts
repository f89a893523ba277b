import type { CallName } from '@sealpost/protocol';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { anybody, handleOf } from './running.ts';

const conversations = (world: World): readonly string[] => [...world.ledger.logs.keys()];

/** Asks for something of a conversation, whether one is in it or not, or was, or has been revoked. */
const ask =
  (name: CallName, query: object = {}): Act =>
  (world, draw) => {
    const self = draw.pick(anybody(world));
    const conversation = draw.pick(conversations(world));
    if (self && conversation !== null)
      callAs(world, self, name, { params: { conversation }, query });
  };

export const questions = ['presence', 'receipts', 'conversation', 'joinInformation'] as const;

/** The devices of an account ask about a conversation, again and again, each time another process. */
export function keepAsking(world: World, account: string, conversation: string, draw: Draw): void {
  for (const self of anybody(world).filter((ref) => ref.account === account))
    for (const name of questions) {
      const question = (): void => callAs(world, self, name, { params: { conversation } });
      for (let left = 3; left > 0; left -= 1) world.timeline.after(draw.int(0, 10_000), question);
    }
}

const list: Act = (world, draw) => {
  const self = draw.pick(anybody(world));
  if (self) callAs(world, self, 'conversations', { query: { limit: '200' } });
};

/** Asks what concerns its own account alone. */
const ownAffairs: Act = (world, draw) => {
  const self = draw.pick(anybody(world));
  for (const name of ['blocks', 'sessions', 'devices', 'ownAccount'] as const)
    if (self) callAs(world, self, name);
};

const byHandle: Act = (world, draw) => {
  const self = draw.pick(anybody(world));
  const handle = handleOf(draw.int(0, 4));
  if (self) callAs(world, self, 'accountByHandle', { params: { handle } });
};

const entries: Act = (world, draw) => {
  const query = { incarnation: String(world.incarnation), after: String(draw.int(0, 5)) };
  ask('entries', { ...query, limit: '20' })(world, draw);
};

const latelyMs = 20_000;

/** A device sends again what it sent a while ago, as if it had not heard that it arrived: rather where entries were cut. */
const sendAgain: Act = (world, draw) => {
  const logs = [...world.ledger.logs];
  const [id, log] = draw.pick(logs.filter(([, { floor }]) => floor > 0)) ?? draw.pick(logs) ?? [];
  const since = world.timeline.wallTime - latelyMs;
  const entry = draw.pick(
    log?.entries.filter(
      ({ kind, epoch, acceptedAt }) =>
        kind === 'message' && epoch === log.epoch && acceptedAt > since,
    ) ?? [],
  );
  if (!entry || id === undefined) return;
  const { kind, class: loudness, clientId, after, generation, epoch, change, blobs, parts } = entry;
  const body = { kind, class: loudness, clientId, after, generation, epoch, change, blobs, parts };
  callAs(world, entry.sender, 'append', { params: { conversation: id }, body });
};

/** Calls that devices can make beside what people have their applications do. */
export const outsidersActs: Readonly<Record<string, WeightedAct>> = {
  presence: { weight: 6, act: ask('presence') },
  receipts: { weight: 3, act: ask('receipts') },
  joinInformation: { weight: 2, act: ask('joinInformation') },
  conversation: { weight: 2, act: ask('conversation') },
  conversations: { weight: 2, act: list },
  entries: { weight: 4, act: entries },
  byHandle: { weight: 2, act: byHandle },
  ownAffairs: { weight: 2, act: ownAffairs },
  sendAgain: { weight: 8, act: sendAgain },
};
