import { entryDigest } from '@sealpost/domain';
import type { WireChange, WireEntryCommand, WireRefusal } from '@sealpost/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { backoffMs, sleep } from '../core/backoff.ts';
import { newClientId } from '../core/client-id.ts';
import type { Core } from '../core/ports.ts';
import { at, type StagedRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { Queue } from '../core/single-flight.ts';
import type { Draft } from '../core/vault.ts';
import {
  EngineMisuse,
  type KeyBundle,
  type Part,
  type StagedCommit,
  type Step,
} from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import { refOf } from './consult.ts';
import { wireChange } from './wire-change.ts';

/** A change of keys worked out on what is in force now. */
export interface Plan {
  /** Of devices that are to come in. Those that the engine cannot use are left out: their devices come in by themselves. */
  readonly bundles: readonly KeyBundle[];
  /** Stages the commit in the engine; nothing else. */
  readonly stage: (
    draft: Draft,
    clientId: string,
    bundles: readonly KeyBundle[],
  ) => Promise<Step<StagedCommit>>;
  readonly kind: 'created' | 'commit';
  /** What it changes, in clear, beside the devices that come in. */
  readonly change: Omit<Partial<WireChange>, 'addDevices'>;
  /** The generation and epoch that it builds on. */
  readonly generation: number;
  readonly epoch: number;
}

export type Committed = 'committed' | 'nothing_to_do' | { readonly exists: string };

const tries = 10;
const losing = { firstMs: 50, longestMs: 2_000 };

export const digestOf = (parts: readonly Part[]): Uint8Array => entryDigest({ sha256 }, parts);

/**
 * Refusals that come before or beside the rules: they do not say that the log lacks the change, which an earlier try
 * or this very one may have brought in. The same bytes are sent again.
 */
const undecided: ReadonlySet<WireRefusal['code']> = new Set([
  'busy',
  'rate_limited',
  'unavailable',
  'internal',
  'unauthenticated',
]);

/** How long to wait before the same is tried with what the log holds by then. Throws where that is of no use. */
function waitBeforeRetry(refusal: WireRefusal): number {
  switch (refusal.code) {
    case 'stale_epoch':
    case 'rekey_needed':
      return 0;
    case 'too_soon':
      return refusal.retryAfterMs;
    default:
      throw SealpostError.refused(refusal);
  }
}

/** A device with a wrong clock, or with ill will, keeps itself out of the keys and nobody else. */
async function stageUsable(
  plan: Plan,
  draft: Draft,
  clientId: string,
): Promise<Step<StagedCommit>> {
  let { bundles } = plan;
  for (;;) {
    try {
      return await plan.stage(draft, clientId, bundles);
    } catch (error) {
      if (!(error instanceof EngineMisuse) || error.code !== 'unusable_bundle') throw error;
      const usable = bundles.filter(({ ref }) => !error.bundles.includes(ref));
      if (usable.length === bundles.length) throw error;
      bundles = usable;
    }
  }
}

/**
 * Changes of keys: staged before they leave, in force when the log has them, dropped when it refuses them, and worked
 * out anew on whatever won instead. One at a time per conversation.
 */
export class CommitChanges {
  readonly #core: Core;
  readonly #session: Session;
  readonly #sync: Synchronise;
  readonly #queue = new Queue();

  constructor(core: Core, session: Session, sync: Synchronise) {
    this.#core = core;
    this.#session = session;
    this.#sync = sync;
  }

  /** `plan` is asked again after every loss; null: there is nothing (left) to do. */
  commit(conversation: string, plan: () => Promise<Plan | null>): Promise<Committed> {
    return this.#queue.run(conversation, () => this.#commit(conversation, plan));
  }

  /** Learns what became of a change whose answer was lost: the same bytes under the same id, until there is an answer. */
  settle(conversation: string): Promise<void> {
    return this.#queue.run(conversation, () => this.#settle(conversation));
  }

  async #commit(conversation: string, plan: () => Promise<Plan | null>): Promise<Committed> {
    await this.#settle(conversation);
    for (let attempt = 0; attempt < tries; attempt++) {
      await this.#sync.pull(conversation);
      const planned = await plan();
      if (!planned) return 'nothing_to_do';
      const staged = await this.#stage(conversation, planned);
      const refusal = staged && (await this.#post(staged));
      if (staged && !refusal) return 'committed';
      if (refusal?.code === 'exists') return { exists: refusal.conversation };
      const waitMs = refusal ? waitBeforeRetry(refusal) : 0;
      await sleep(this.#core.timers, waitMs + backoffMs(this.#core.random, attempt, losing));
    }
    throw new SealpostError('refused', 'gave_up');
  }

  async #settle(conversation: string): Promise<void> {
    const staged = await this.#core.vault.read<StagedRecord>(at.staged(conversation));
    if (staged) await this.#post(staged);
  }

  /** Null: the plan is for other keys than this device has by now. */
  #stage(conversation: string, plan: Plan): Promise<StagedRecord | null> {
    const clientId = newClientId(this.#core.clock, this.#core.random);
    return this.#core.vault.transact(async (draft) => {
      if (!(await this.#isCurrent(draft, conversation, plan))) return null;
      const { parts, adds } = draft.take(await stageUsable(plan, draft, clientId));
      const command: WireEntryCommand = {
        kind: plan.kind,
        class: 'quiet',
        clientId,
        after: null,
        generation: plan.generation,
        epoch: plan.epoch,
        change: wireChange({ ...plan.change, addDevices: adds.map(refOf) }),
        blobs: [],
        parts: parts.map(({ audience, bytes }) => ({
          audience: typeof audience === 'string' ? audience : [...audience],
          bytes,
        })),
      };
      const record: StagedRecord = { conversation, clientId, digest: digestOf(parts), command };
      draft.write(at.staged(conversation), record);
      return record;
    });
  }

  /**
   * The server was asked after the log was read: others may have committed in between, and have been followed or not. A
   * commit that was made on one epoch and is labelled with another is one that the log takes and nobody can apply.
   */
  async #isCurrent(draft: Draft, conversation: string, plan: Plan): Promise<boolean> {
    const { generation, epoch } = plan;
    const status = await this.#core.engine.status(draft, conversation);
    if (plan.kind === 'created') return status === null;
    if (plan.change.mode === 'found') return !status || status.generation <= generation;
    if (plan.change.mode !== 'member') return true;
    if (!status) throw new SealpostError('state', 'not_in_keys');
    return status.generation === generation && status.epoch === epoch;
  }

  /** Null: accepted, and in force by its echo in the log. */
  async #post(staged: StagedRecord): Promise<WireRefusal | null> {
    const { conversation, command } = staged;
    for (let attempt = 0; ; attempt++) {
      const body = command;
      const result = await this.#session.call('append', { params: { conversation }, body });
      if (result.ok) {
        await this.#sync.pull(conversation);
        return null;
      }
      if (!undecided.has(result.error.code)) return this.#dropped(staged, result.error);
      if (attempt === tries) throw SealpostError.refused(result.error);
      const told = 'retryAfterMs' in result.error ? result.error.retryAfterMs : 0;
      await sleep(this.#core.timers, told + backoffMs(this.#core.random, attempt, losing));
    }
  }

  async #dropped(
    { conversation, clientId }: StagedRecord,
    refusal: WireRefusal,
  ): Promise<WireRefusal> {
    await this.#core.vault.transact(async (draft) => {
      draft.take(
        await this.#core.engine.settle(draft, conversation, clientId, { accepted: false }),
      );
      const staged = await draft.read<StagedRecord>(at.staged(conversation));
      if (staged?.clientId === clientId) draft.put(at.staged(conversation), null);
    });
    return refusal;
  }
}
