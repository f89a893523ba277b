import type { Core } from '../core/ports.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { EngineMisuse } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import type { CommitChanges, Plan } from './commit-changes.ts';
import { Consult } from './consult.ts';

const rejoinAfterMs = 60 * 60_000;

/** How this device comes into the keys of a conversation when nobody adds it, or its keys are of no use any more. */
export class EnterKeys {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #commits: CommitChanges;
  readonly #consult: Consult;

  constructor(core: Core, session: Session, sync: Synchronise, commits: CommitChanges) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
    this.#commits = commits;
    this.#consult = new Consult(session);
  }

  /**
   * Brings this device into the keys by itself: a new device, or one whose keys cannot follow the log any more. Rejects
   * with `broken_again` within an hour of the last time that they could not, unless something was taken back or expired
   * since, as keys then break without a fault: otherwise a person resets. Where the members offer nothing that a device
   * could enter by, it starts new keys, if it may.
   */
  async join(conversation: string): Promise<void> {
    try {
      await this.#join(conversation);
    } catch (error) {
      if (!(error instanceof EngineMisuse) || error.code !== 'unusable_group_info') throw error;
      await this.reset(conversation);
    }
  }

  async #join(conversation: string): Promise<void> {
    const me = await this.#session.me();
    await this.#commits.commit(conversation, async () => {
      const record = await this.#sync.record(conversation);
      if (record?.keyed && !record.broken) return null;
      if (record?.broken && this.#core.clock.now() - record.rejoinedAt < rejoinAfterMs)
        throw new SealpostError('trust', 'broken_again');
      const { devices } = await this.#consult.conversation(conversation);
      const { generation, epoch, bytes } = await this.#session.need('joinInformation', {
        params: { conversation },
      });
      // Nobody is left who could follow a commit from outside, or nothing to build one on.
      const alone = devices.every(({ device }) => device === me.device);
      if (alone || bytes === null) return this.#reset(conversation);
      return {
        kind: 'commit',
        generation,
        epoch,
        change: { mode: 'external' },
        bundles: [],
        stage: (draft, clientId) =>
          this.#core.engine.rejoin(draft, {
            conversation,
            generation,
            epoch: epoch + 1,
            clientId,
            groupInfo: bytes,
          }),
      };
    });
  }

  /** Starts a new group of keys: the cure for one that no device can follow. */
  async reset(conversation: string): Promise<void> {
    const { generation } = await this.#consult.conversation(conversation);
    await this.#commits.commit(conversation, async () => {
      const now = await this.#consult.conversation(conversation);
      return now.generation === generation ? this.#reset(conversation) : null;
    });
  }

  async #reset(conversation: string): Promise<Plan> {
    const now = await this.#consult.conversation(conversation);
    const bundles = await this.#consult.bundles(
      now.suite,
      now.members.map(({ account }) => account),
    );
    const generation = now.generation + 1;
    return {
      kind: 'commit',
      generation: now.generation,
      epoch: now.epoch,
      change: { mode: 'found' },
      bundles,
      stage: (draft, clientId, peers) =>
        this.#core.engine.found(draft, {
          conversation,
          generation,
          epoch: now.epoch + 1,
          clientId,
          peers,
          profile: null,
        }),
    };
  }
}
