import { randomBytes, randomUUID } from 'node:crypto';
import { TallyMeter } from '@sealpost/testing';
import { PostgresFanOut } from '../../src/postgres-fan-out.ts';
import type { ChannelOptions } from '../../src/notify-channel.ts';
import { eventually } from './eventually.ts';
import type { TestServer } from './test-server.ts';

const timers = {
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
const random = {
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  id: () => randomUUID().replaceAll('-', ''),
};

/** The fan-out of one process, with what it counted and reported. */
export class FanOutProcess {
  readonly meter = new TallyMeter();
  readonly faults: unknown[] = [];
  readonly fanOut: PostgresFanOut;

  /** Nothing has to be in it: it only names the channel. */
  static aSchema = (): string => `test_${randomUUID().replaceAll('-', '')}`;

  constructor({ url, ...options }: ChannelOptions & { readonly schema: string }) {
    const named = new URL(url);
    named.searchParams.set('application_name', options.schema);
    this.fanOut = new PostgresFanOut(
      { url: named.href, ...options },
      { timers, random, meter: this.meter, failed: (fault) => this.faults.push(fault) },
    );
  }
}

/** Ends every connection of a schema's channel; resolves when they are gone. */
export async function killListeners(server: TestServer, schema: string): Promise<void> {
  const { rows } = await server.admin.query<{ pid: number }>(
    'SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [schema],
  );
  const pids = rows.map(({ pid }) => pid).join(', ') || 'NULL';
  await eventually(() =>
    server.rows(`SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid IN (${pids}))`),
  );
}
