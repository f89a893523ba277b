import type { Append, ConversationLog } from '@sealpost/domain';
import { aCommitAppend, aCut, aFoundingAppend, aMessageAppend, anInstant } from '@sealpost/testing';
import type { CommandStartedEvent, Document } from 'mongodb';
import { Database } from '../../src/database.ts';
import { MongoConversationLog } from '../../src/mongo-conversation-log.ts';
import type { FreshHistory } from './test-server.ts';

/** What a server is asked to find. */
export interface Asked {
  readonly collection: string;
  readonly filter: Document;
  readonly sort: Document;
}

const asked = ({ commandName, command }: CommandStartedEvent): readonly Asked[] => {
  const collection = String(command[commandName]);
  const updates = (command['updates'] ?? command['deletes']) as Document[] | undefined;
  if (updates)
    return updates.map((each) => ({ collection, filter: each['q'] as Document, sort: {} }));
  const filter = (command['filter'] ?? command['query']) as Document | undefined;
  const sort = command['sort'] as ReadonlyMap<string, number> | undefined;
  return filter ? [{ collection, filter, sort: Object.fromEntries(sort ?? []) }] : [];
};

/** Does everything that a log does, and answers what it asked the server for. */
export async function everythingAsked(options: FreshHistory): Promise<readonly Asked[]> {
  const database = new Database(options, { monitorCommands: true });
  const found: Asked[] = [];
  database.db.client.on('commandStarted', (event) => found.push(...asked(event)));
  await everyCall(new MongoConversationLog(database));
  await database.stop();
  return found;
}

/** Calls that leave something in every field that there is. */
export async function everyCall(log: ConversationLog): Promise<void> {
  const conversation = 'conversation';
  const parts = [{ audience: 'joiners' as const, bytes: new Uint8Array([1]) }];
  const message = aMessageAppend(1, { conversation });
  const { sender, clientId } = message.draft;
  const batch: readonly Append[] = [
    aFoundingAppend({ conversation }, { parts }),
    message,
    aMessageAppend(1, { conversation, sender, after: clientId }),
    aCommitAppend(1, { conversation }, { parts, supersedes: 1 }),
  ];
  await log.append(batch);
  await log.append(batch);
  await log.page(conversation, 0, { entries: 2, bytes: 1 << 20 });
  await log.page(conversation, 2, { entries: 9, bytes: 1 << 20 });
  await log.load(conversation);
  await log.load(conversation, 'floor');
  await log.entry(conversation, 4);
  await log.heads([conversation, 'other']);
  await log.movedSince(anInstant, 10);
  await log.conversations({ after: null, limit: 10 });
  await log.find(conversation, sender.device, clientId);
  await log.saveSnapshot(conversation, 1, 'state');
  await log.markRestored(2);
  await log.expiring(anInstant + 1, { after: null, conversations: 9, entries: 9 });
  await log.cut(aCut(conversation, 2, 1, 1));
  await log.append([{ ...message, basis: 4 }]);
  await handOver(log, conversation);
}

/** Closes logs and the store, takes over a copy of one, and leaves one open and one closed. */
async function handOver(log: ConversationLog, conversation: string): Promise<void> {
  const loaded = await log.load(conversation, 'floor');
  const page = await log.page(conversation, 2, { entries: 9, bytes: 1 << 20 });
  await log.changeTenure(null, 0, { term: 1, state: 'closed' });
  await log.append([aFoundingAppend({ conversation: 'not founded' })]);
  const entries = page?.entries.map((entry) => ({ ...entry, conversation: 'copy' })) ?? [];
  if (loaded) {
    const { head, snapshot: state } = loaded;
    await log.adopt({ conversation: 'copy', head, state, kept: null, entries });
  }
  await log.changeTenure('copy', 1, { term: 2, state: 'open' });
  await log.changeTenure('copy', 2, { term: 3, state: 'closed' });
  await log.tenure('copy');
  await log.kept(conversation);
}
