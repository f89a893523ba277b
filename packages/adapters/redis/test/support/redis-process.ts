import { randomBytes, randomUUID } from 'node:crypto';
import { TallyMeter } from '@sealpost/testing';
import type { EntriesHint } from '@sealpost/domain';
import { connectRedis, type RedisOptions, type RedisParts } from '../../src/index.ts';

export const timers = {
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
export const random = {
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  id: () => randomUUID().replaceAll('-', ''),
};

export const aPrefix = (): string => `test_${randomUUID()}`;

/** What one process of a deployment has of Redis, with what it counted, reported and heard. */
export class RedisProcess {
  readonly meter = new TallyMeter();
  readonly faults: unknown[] = [];
  readonly hints: EntriesHint[] = [];
  breaks = 0;
  readonly parts: RedisParts;

  constructor(options: RedisOptions) {
    const failed = (fault: unknown): void => void this.faults.push(fault);
    this.parts = connectRedis(options, { timers, random, meter: this.meter, failed });
  }

  async listen(): Promise<void> {
    await this.parts.fanOut.subscribe({
      hint: (hint) => this.hints.push(hint),
      notice: () => {},
      onBreak: () => (this.breaks += 1),
    });
  }
}
