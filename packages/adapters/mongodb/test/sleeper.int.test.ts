import type { Append, ConversationLog } from '@sealpost/domain';
import { aConversationId, aCut, aFoundingAppend, aMessageAppend, many } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPARED } from '../src/clear-entries.ts';
import { Database } from '../src/database.ts';
import { MongoConversationLog } from '../src/mongo-conversation-log.ts';
import { TestServer, type FreshHistory } from './support/test-server.ts';

/** The database of a process that sleeps once before it inserts. */
class SleepingDatabase extends Database {
  readonly asleep = Promise.withResolvers<void>();
  readonly #woken = Promise.withResolvers<void>();

  wake(): void {
    this.#woken.resolve();
  }

  override async call<T>(name: string, operation: () => Promise<T>): Promise<T> {
    if (name === 'log.insert') {
      this.asleep.resolve();
      await this.#woken.promise;
    }
    return super.call(name, operation);
  }
}

describe('a process that sleeps between reading the head and inserting', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();
  let fresh: FreshHistory;
  let log: ConversationLog;
  beforeAll(async () => {
    fresh = await server.fresh();
    ({ log } = fresh.history);
  });
  afterAll(() => fresh.dispose());

  /** While it sleeps so many messages come, and all are cut. */
  async function overslept(message: Append, others: number) {
    const database = new SleepingDatabase(fresh);
    const { conversation } = message.draft;
    const answer = new MongoConversationLog(database).append([message]).catch(String);
    await database.asleep.promise;
    await log.append(many(others, () => aMessageAppend(1, { conversation })));
    await log.cut(aCut(conversation, others + 1, 1, 1));
    database.wake();
    const answered = await answer;
    await database.stop();
    return answered;
  }

  async function aMessage(): Promise<Append> {
    const conversation = aConversationId();
    await log.append([aFoundingAppend({ conversation })]);
    return aMessageAppend(1, { conversation });
  }

  it('takes the next number, though all others were cut meanwhile (G2)', async () => {
    expect(await overslept(await aMessage(), 10)).toMatchObject([{ code: 'appended', seq: 12 }]);
  });

  it('is told of no number that was free because its entry was cut; sent again it is new (G1, G2)', async () => {
    const message = await aMessage();
    const { conversation, sender, clientId } = message.draft;
    const last = SPARED + 11;
    expect(await overslept(message, last - 1)).toContain('overtaken_by_cut');
    expect(await log.find(conversation, sender.device, clientId)).toBeNull();
    expect(await log.append([message])).toMatchObject([{ code: 'appended', seq: last + 1 }]);
    const page = await log.page(conversation, last, { entries: 9, bytes: 1 << 20 });
    expect(page?.entries.map((entry) => entry.clientId)).toEqual([clientId]);
  });
});
