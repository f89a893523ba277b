import type { AppendEntry } from '../log/append-entry.ts';
import type { DeviceStore, RosterTask } from './device-store.port.ts';

const batch = 100;

/**
 * Appends the roster entries that revocations and deletions owe, conversation by conversation. Safe to run in several
 * processes and after any crash: the client id is the task's, so an entry goes in once.
 */
export class WorkRosterTasks {
  readonly #devices: DeviceStore;
  readonly #append: AppendEntry;
  #running: Promise<number> | null = null;
  #again = false;

  constructor(devices: DeviceStore, append: AppendEntry) {
    this.#devices = devices;
    this.#append = append;
  }

  /**
   * Works off what waits now; calls that come meanwhile are answered by one more round. Answers how many tasks were
   * done. A conversation that fails keeps its tasks and holds up no other; its fault is thrown in the end.
   */
  run(): Promise<number> {
    if (this.#running) this.#again = true;
    this.#running ??= this.#rounds().finally(() => (this.#running = null));
    return this.#running;
  }

  async #rounds(): Promise<number> {
    let done = 0;
    const faults: unknown[] = [];
    do {
      this.#again = false;
      for (;;) {
        const tasks = await this.#devices.rosterTasks(batch);
        const before = done;
        for (const task of tasks) {
          try {
            if (await this.#work(task)) done++;
          } catch (fault) {
            faults.push(fault);
          }
        }
        if (done === before || tasks.length < batch) break;
      }
    } while (this.#again);
    if (faults.length > 0) throw faults[0];
    return done;
  }

  /** False: to be tried again later. */
  async #work(task: RosterTask): Promise<boolean> {
    if (!(await this.#append.fence(task.conversation, task))) return false;
    await this.#devices.rosterTaskDone(task);
    return true;
  }
}
