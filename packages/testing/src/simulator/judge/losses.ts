import type { DeviceRef } from '@sealpost/domain';
import type { Testimony } from '../testimony.ts';
import { acceptanceIn } from './acceptance.ts';
import type { LedgerLog } from './ledger.ts';
import type { Scene } from './scene.ts';
import { entriesGiven } from './seen-entries.ts';

/** What a restore took from under devices that had it already. */
export class Losses {
  /** By device and conversation, the furthest entry that it was given, or sent, in this incarnation. */
  readonly #reached = new Map<string, number>();
  readonly #takenBack = new Map<string, number[]>();

  see(testimony: Testimony, scene: Scene): void {
    const given = entriesGiven(testimony);
    if (given?.incarnation === scene.incarnation)
      for (const { seq } of given.entries)
        this.#reach(`${given.device.device} ${given.conversation}`, seq);
    const accepted = acceptanceIn(testimony);
    if (accepted) this.#reach(`${accepted.device} ${accepted.conversation}`, accepted.seq);
    if (testimony.kind === 'restored') this.#takeBack(scene);
  }

  /**
   * After which entries a device is without keys, until it is in them anew: those after which a restore took back what it
   * had been given, and those before which it was not told of a change of keys.
   */
  keysLostAfter(
    { device }: DeviceRef,
    conversation: string,
    log: LedgerLog,
    expired: readonly { readonly seq: number; readonly to: number }[],
  ): readonly number[] {
    const missed = expired.filter(({ seq, to }) =>
      log.entries.slice(seq - 1, to).some(({ change }) => change !== null && change.mode !== null),
    );
    const takenBack = this.#takenBack.get(`${device} ${conversation}`) ?? [];
    return [...takenBack, ...missed.map(({ to }) => to)];
  }

  #reach(of: string, seq: number): void {
    this.#reached.set(of, Math.max(this.#reached.get(of) ?? 0, seq));
  }

  #takeBack({ ledger }: Scene): void {
    for (const [of, seq] of this.#reached) {
      const head = ledger.logs.get(of.split(' ')[1] ?? '')?.head ?? 0;
      if (seq > head) this.#takenBack.set(of, [...(this.#takenBack.get(of) ?? []), head]);
    }
    this.#reached.clear();
  }
}

/** Whether a device that lost its keys after one of these entries could not read this one yet. */
export const isWithoutKeys = (
  device: string,
  log: LedgerLog,
  seq: number,
  lostAfter: readonly number[],
): boolean =>
  lostAfter.some((lost) => {
    const between = log.entries.slice(lost, Math.max(lost, seq - 1));
    const isInAgain = between.some(({ change }) =>
      change?.addDevices.some((added) => added.device === device),
    );
    return lost < seq && !isInAgain;
  });
