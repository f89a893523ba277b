import type { LocalStore } from '@sealpost/client';
import type { Life } from '../core/life.ts';
import type { LocalTime } from '../core/local-time.ts';
import type { Dice } from '../core/dice.ts';

/** A device's disk: a commit takes its time, and the device may end before, or just after. */
export function slowly(store: LocalStore, life: Life, time: LocalTime, dice: Dice): LocalStore {
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      time.after(dice.int(0, 4), resolve);
    });
  let last: Promise<unknown> = Promise.resolve();
  return {
    get: (key) => store.get(key),
    list: (prefix, page) => store.list(prefix, page),
    commit: (writes) => {
      const commit = async (): Promise<void> => {
        await wait();
        await store.commit(writes);
        await wait();
      };
      const done = life.hold(last.then(commit, commit));
      last = done;
      return done;
    },
    close: () => store.close(),
  };
}
