import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Reads process ids, one a line, until the writer closes or dies. Then it ends the last one, if it is not 0, and removes
 * the folder.
 */
const script = `while read -r line; do pid=$line; done
[ "$pid" -gt 0 ] && kill -9 "$pid"
rm -rf "$1"`;

/**
 * A temporary folder for one program. A small process outside watches over both: whatever way this process ends, by
 * SIGKILL too, the program is ended and the folder removed.
 */
export class GuardedFolder {
  readonly path: string;
  readonly #guard: ChildProcess;

  static async make(name: string): Promise<GuardedFolder> {
    return new GuardedFolder(await mkdtemp(join(tmpdir(), `sealpost-${name}-`)));
  }

  private constructor(path: string) {
    this.path = path;
    this.#guard = spawn('sh', ['-c', script, 'guard', path], {
      // A group of its own, so that what ends our group does not end it before it has done its work.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // It may be gone before it was told everything, when somebody ended it.
    this.#guard.stdin?.on('error', () => undefined);
    this.guard(0);
  }

  /** Names the process that is not to outlive this one; 0 for none. */
  guard(pid: number): void {
    this.#guard.stdin?.write(`${pid}\n`);
  }

  /** Ends the guarded process, if there still is one, and removes the folder. */
  async remove(): Promise<void> {
    if (this.#guard.exitCode !== null || this.#guard.signalCode !== null) return;
    const ended = once(this.#guard, 'exit');
    this.#guard.stdin?.end();
    await ended;
  }
}
