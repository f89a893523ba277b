import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStores, readConfig, runPostgres } from '@sealpost/app';
import {
  MemoryStore,
  plaintextEngine,
  Sealpost,
  type Transport,
  WebTransport,
  webSystem,
} from '@sealpost/client';
import { SealpostProcess } from './sealpost-process.ts';
import { password } from './world.ts';

const MiB = 1024 * 1024;

/** A server in a process of its own, on a real store, with what it says of itself. It does not outlive its test. */
export class MeteredServer {
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(url: string, env: Readonly<Record<string, string>>) {
    this.url = url;
    this.#env = env;
  }

  /** `settings`: the bounds under test, as environment variables. */
  static async start(settings: Readonly<Record<string, string>>): Promise<MeteredServer> {
    const folder = mkdtempSync(join(tmpdir(), 'sealpost-metered-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const postgres = await runPostgres(join(folder, 'postgres'));
    onTestFinished(() => postgres.stop());
    const env = {
      SEALPOST_STORAGE__KIND: 'postgres',
      SEALPOST_STORAGE__URL: postgres.url,
      SEALPOST_STORAGE__MIGRATE: 'at-start',
      SEALPOST_COOKIES__SECRET: randomBytes(24).toString('hex'),
      ...settings,
    };
    const server = new SealpostProcess(['serve'], {
      SEALPOST_PORT: '0',
      SEALPOST_DATA_FOLDER: join(folder, 'server'),
      ...env,
    });
    return new MeteredServer(await server.url(), env);
  }

  /** What a metric says now. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const [, value] = new RegExp(`^sealpost_${name} (\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`there is no metric ${name}`);
    return Number(value);
  }

  /** MiB of memory that the process has, and that its heap uses. */
  async memory(): Promise<{ readonly rss: number; readonly heap: number }> {
    const rss = await this.metric('process_resident_memory_bytes');
    const heap = await this.metric('nodejs_heap_size_used_bytes');
    return { rss: rss / MiB, heap: heap / MiB };
  }

  /** How many values each table holds. */
  async values(): Promise<ReadonlyMap<string, number>> {
    const { config } = readConfig({ env: this.#env, file: undefined, options: [] });
    const storage = await openStores(config, () => undefined);
    try {
      const counts = new Map<string, number>();
      for await (const { table } of storage.everyValue())
        counts.set(table, (counts.get(table) ?? 0) + 1);
      return counts;
    } finally {
      await storage.stop();
    }
  }

  /** A device that registers; nothing is encrypted, since what is measured is the server. */
  async device(
    handle: string,
    transport: Transport = new WebTransport(this.url),
  ): Promise<Sealpost> {
    const device = new Sealpost({
      ...webSystem,
      store: await MemoryStore.open(),
      transport,
      engine: plaintextEngine({ iUnderstandThatNothingIsEncrypted: true }),
      allowUnencrypted: true,
    });
    onTestFinished(() => device.close());
    await device.register({ handle, password, deviceName: 'phone' });
    return device;
  }
}

/** The greatest of what is measured while something runs. */
export async function peak(
  measure: () => Promise<number>,
  during: () => Promise<unknown>,
): Promise<number> {
  let highest = await measure();
  let running = true;
  const watching = (async () => {
    while (running) {
      highest = Math.max(highest, await measure());
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  try {
    await during();
  } finally {
    running = false;
    await watching;
  }
  return Math.max(highest, await measure());
}
