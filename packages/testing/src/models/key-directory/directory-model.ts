import type { Stock, Timestamp } from '@sealpost/domain';
import { anInstant } from '../../builders/ids.ts';

/** A bundle, known by its number. */
export interface ModelBundle {
  readonly device: number;
  readonly number: number;
  readonly expiresAt: Timestamp;
}

/** What one device has: a queue, a last resort, and the numbers that never come back. */
export class ModelShelf {
  oneTime: ModelBundle[] = [];
  lastResort: (ModelBundle & { readonly used: boolean }) | null = null;
  readonly spent = new Set<number>();

  /** Takes away what has expired; nothing remembers it. */
  expire(now: Timestamp): void {
    this.oneTime = this.oneTime.filter(({ expiresAt }) => expiresAt > now);
    if (this.lastResort && this.lastResort.expiresAt <= now) this.lastResort = null;
  }

  has({ number }: ModelBundle): boolean {
    return (
      this.lastResort?.number === number || this.oneTime.some((bundle) => bundle.number === number)
    );
  }

  spendOneTime(): void {
    for (const { number } of this.oneTime) this.spent.add(number);
    this.oneTime = [];
  }

  stock(): Pick<Stock, 'oneTime' | 'lastResort'> {
    const lastResort = this.lastResort ? (this.lastResort.used ? 'used' : 'fresh') : 'absent';
    return { oneTime: this.oneTime.length, lastResort };
  }
}

export class DirectoryModel {
  now: Timestamp = anInstant;
  readonly shelves: readonly ModelShelf[] = [new ModelShelf(), new ModelShelf()];
  /** Every bundle that was ever made, by its number. */
  readonly bundles: ModelBundle[] = [];

  shelf(device: number): ModelShelf {
    return this.shelves[device] ?? new ModelShelf();
  }

  make(device: number, lifeMs: number): ModelBundle {
    const bundle = { device, number: this.bundles.length, expiresAt: this.now + lifeMs };
    this.bundles.push(bundle);
    return bundle;
  }
}
