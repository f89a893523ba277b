import { MongoClient, type Db, type Document } from 'mongodb';
import { expect, vi } from 'vitest';
import { addressOf } from './addresses.ts';

const COPYING = 'stopReplProducer';

/** The members of a replica set that are not its primary, each asked for itself. */
export class OtherMembers {
  readonly #clients: readonly MongoClient[];
  /** What lets them go on. */
  #release: Document | null = null;

  static async of(url: string, db: Db): Promise<OtherMembers> {
    const { hosts, passives = [], primary } = await db.admin().command({ hello: 1 });
    const names = [...hosts, ...passives].map(String).filter((name) => name !== primary);
    return new OtherMembers(names.map((name) => addressOf(url, name)));
  }

  private constructor(urls: readonly string[]) {
    this.#clients = urls.map((url) => new MongoClient(url, { directConnection: true }));
  }

  /** Keeps them from writing, as for a backup. What they have copied meanwhile they write afterwards. */
  async lock(): Promise<void> {
    this.#release = { fsyncUnlock: 1 };
    await this.#tell({ fsync: 1, lock: true });
  }

  /** Cuts the primary off: they copy nothing from it. They must take test commands. */
  async stopCopying(): Promise<void> {
    this.#release = { configureFailPoint: COPYING, mode: 'off' };
    const answers = await this.#tell({ configureFailPoint: COPYING, mode: 'alwaysOn' });
    await Promise.all(
      this.#clients.map(async (client, at) => {
        const timesEntered = Number(answers[at]?.['count']) + 1;
        const wait = { waitForFailPoint: COPYING, timesEntered, maxTimeMS: 60_000 };
        await client.db('admin').command(wait);
      }),
    );
  }

  /** One of them becomes the primary, with what it has: it does not wait until it has what the old one has. */
  async takeOver(): Promise<void> {
    for (const client of this.#clients) {
      const admin = client.db('admin');
      const isElected = await admin.command({ replSetStepUp: 1 }).then(
        () => true,
        () => false,
      );
      if (!isElected) continue;
      await vi.waitFor(async () => {
        // Refused before it begins to catch up, and when that is over.
        await admin.command({ replSetAbortPrimaryCatchUp: 1 }).catch(() => undefined);
        expect(await admin.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
      }, 30_000);
      return;
    }
    throw new Error('none of the other members is elected');
  }

  /** Lets them go on, and leaves them. */
  async close(): Promise<void> {
    try {
      if (this.#release) await this.#tell(this.#release);
    } finally {
      await Promise.all(this.#clients.map((client) => client.close()));
    }
  }

  async #tell(command: Document): Promise<readonly Document[]> {
    return Promise.all(this.#clients.map((client) => client.db('admin').command(command)));
  }
}
