import {
  emptyChange,
  roleOf,
  type Change,
  type ConversationState,
} from '../conversation/conversation.ts';
import { successor } from '../conversation/succession.ts';
import type { AppendEntry } from '../log/append-entry.ts';
import type { CachedLog } from '../log/cached-log.ts';
import { stateOf } from '../log/loaded-state.ts';
import type { DeviceStore, RosterTask } from './device-store.port.ts';

const batch = 100;
/** Stands for the server as the sender of what it appends for an account; no device can have this id. */
export const serverDevice = 'server';

/**
 * Appends the roster entries that revocations and deletions owe, conversation by conversation. Safe to run in several
 * processes and after any crash: the client id is the task's, so an entry goes in once.
 */
export class WorkRosterTasks {
  readonly #devices: DeviceStore;
  readonly #log: CachedLog;
  readonly #append: AppendEntry;
  #running: Promise<number> | null = null;
  #again = false;

  constructor(devices: DeviceStore, log: CachedLog, append: AppendEntry) {
    this.#devices = devices;
    this.#log = log;
    this.#append = append;
  }

  /** Works off what waits now; calls that come meanwhile are answered by one more round. Answers how many tasks were done. */
  run(): Promise<number> {
    if (this.#running) this.#again = true;
    this.#running ??= this.#rounds().finally(() => (this.#running = null));
    return this.#running;
  }

  async #rounds(): Promise<number> {
    let done = 0;
    do {
      this.#again = false;
      for (;;) {
        const tasks = await this.#devices.rosterTasks(batch);
        let progressed = 0;
        for (const task of tasks) if (await this.#work(task)) progressed++;
        done += progressed;
        if (progressed === 0 || tasks.length < batch) break;
      }
    } while (this.#again);
    return done;
  }

  /** False: to be tried again later. */
  async #work(task: RosterTask): Promise<boolean> {
    this.#log.forget(task.conversation);
    const loaded = await this.#log.load(task.conversation);
    const state = loaded && stateOf(loaded);
    const change = state && changeFor(state, task);
    if (state && change) {
      const outcome = await this.#append.execute(
        {
          conversation: task.conversation,
          kind: 'roster',
          class: 'quiet',
          sender: { account: task.account, device: serverDevice },
          clientId: task.id,
          after: null,
          generation: state.generation,
          epoch: state.epoch,
          change,
          blobs: [],
          parts: [],
        },
        true,
      );
      if (!outcome.ok) return false;
    }
    await this.#devices.rosterTaskDone(task);
    return true;
  }
}

/** What the task still changes in the conversation; null: nothing. */
function changeFor(state: ConversationState, { account, device }: RosterTask): Change | null {
  if (roleOf(state, account) === null) return null;
  if (device === null)
    return { ...emptyChange, removeMembers: [account], setRoles: successor(state, account) };
  const keyed = state.devices.get(device);
  const open = keyed?.spans.at(-1)?.to === null && !state.owed.has(device);
  return open ? { ...emptyChange, revokeDevices: [{ account, device }] } : null;
}
