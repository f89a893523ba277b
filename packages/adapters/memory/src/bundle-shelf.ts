import type { Bundle, Timestamp, Upload, UploadOutcome } from '@sealpost/domain';
import { copied } from './copied.ts';

type Refusal = Exclude<UploadOutcome, { readonly code: 'stored' }>;

/** The bundles of one device for one suite. */
export class BundleShelf {
  /** In the order of upload. */
  readonly #oneTime = new Map<string, Bundle>();
  #lastResort: { readonly bundle: Bundle; used: boolean } | null = null;
  /** Refs that can never come back, with the time until which they must be remembered. */
  readonly #spent = new Map<string, Timestamp>();

  put({ oneTime, lastResort, now, limit }: Upload): Refusal | null {
    this.#forgetExpired(now);
    const given = lastResort ? [...oneTime, lastResort] : oneTime;
    const isSpent = ({ ref }: Bundle): boolean =>
      this.#spent.has(ref) || (this.#isUsed(ref) && ref !== lastResort?.ref);
    const refs = [...new Set(given.filter(isSpent).map(({ ref }) => ref))];
    if (refs.length > 0) return { code: 'spent', refs };
    const fresh = oneTime.filter((bundle) => bundle.expiresAt > now && !this.#has(bundle.ref));
    const present = this.#oneTime.size;
    if (present + fresh.length > limit) return { code: 'too_many', limit, present };
    for (const bundle of fresh) this.#oneTime.set(bundle.ref, copied(bundle));
    if (lastResort && !this.#has(lastResort.ref)) this.#replaceLastResort(lastResort);
    return null;
  }

  take(now: Timestamp): (Bundle & { readonly lastResort: boolean }) | null {
    this.#forgetExpired(now);
    const [next] = this.#oneTime.values();
    if (next) {
      this.#spend(next);
      return { ...next, lastResort: false };
    }
    if (!this.#lastResort) return null;
    this.#lastResort.used = true;
    return { ...copied(this.#lastResort.bundle), lastResort: true };
  }

  oneTimeRefs(now: Timestamp): string[] {
    const claimable = [...this.#oneTime.values()].filter(({ expiresAt }) => expiresAt > now);
    return claimable.map(({ ref }) => ref).toSorted((a, b) => (a < b ? -1 : 1));
  }

  lastResort(now: Timestamp): { readonly ref: string; readonly used: boolean } | null {
    if (!this.#lastResort || this.#lastResort.bundle.expiresAt <= now) return null;
    return { ref: this.#lastResort.bundle.ref, used: this.#lastResort.used };
  }

  spendOneTime(): void {
    for (const bundle of this.#oneTime.values()) this.#spend(bundle);
  }

  spendAll(): void {
    this.spendOneTime();
    if (this.#lastResort) this.#spend(this.#lastResort.bundle);
    this.#lastResort = null;
  }

  #has(ref: string): boolean {
    return this.#oneTime.has(ref) || this.#lastResort?.bundle.ref === ref;
  }

  #isUsed(ref: string): boolean {
    return this.#lastResort?.bundle.ref === ref && this.#lastResort.used;
  }

  #replaceLastResort(bundle: Bundle): void {
    if (this.#lastResort?.used) this.#spend(this.#lastResort.bundle);
    this.#lastResort = { bundle: copied(bundle), used: false };
  }

  #spend({ ref, expiresAt }: Bundle): void {
    this.#oneTime.delete(ref);
    this.#spent.set(ref, expiresAt);
  }

  #forgetExpired(now: Timestamp): void {
    for (const { ref, expiresAt } of this.#oneTime.values())
      if (expiresAt <= now) this.#oneTime.delete(ref);
    for (const [ref, expiresAt] of this.#spent) if (expiresAt <= now) this.#spent.delete(ref);
    if (this.#lastResort && this.#lastResort.bundle.expiresAt <= now) this.#lastResort = null;
  }
}
