import type { AccountStore } from '../account/account-store.port.ts';
import type { DeviceStore } from '../account/device-store.port.ts';
import type { Command, Facts } from '../conversation/command.ts';
import { directId, selfId } from '../conversation/conversation-id.ts';
import { type ConversationState, currentMembers } from '../conversation/conversation.ts';
import { decide } from '../conversation/decide.ts';
import type { AppendRefusal } from '../conversation/refusal.ts';
import { encodeState } from '../conversation/state-codec.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { AccountId, Bytes, DeviceRef, Seq, Timestamp } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { Meter } from '../shared/meter.port.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { CachedLog } from './cached-log.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
import type { AppendOutcome } from './conversation-log.port.ts';
import type { EntryDraft } from './entry.ts';
import { entryDigest } from './entry-digest.ts';
import type { FanOut } from './fan-out.port.ts';
import { stateOf } from './loaded-state.ts';

/** Durable under this number; for a repeated send, the values of the first. */
export interface Accepted {
  readonly seq: Seq;
  readonly acceptedAt: Timestamp;
  readonly digest: Bytes;
}

export interface AppendEntryPorts {
  readonly log: CachedLog;
  readonly index: ConversationIndex;
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly meter: Meter;
  readonly limits: Limits;
}

/** A change that keeps losing to others gives up after so many tries: each loss is another's success. */
const tries = 8;
const busyRetryMs = 500;
/** A state that took more changes than this to fold is stored, so that the next load is short. */
const changesBeforeSnapshot = 64;

interface Loaded {
  readonly state: ConversationState | null;
  readonly head: Seq;
}

/** Decides a command on the conversation's state and appends the entry if nothing that a rule reads has changed meanwhile. */
export class AppendEntry {
  readonly #ports: AppendEntryPorts;

  constructor(ports: AppendEntryPorts) {
    this.#ports = ports;
  }

  async execute(command: Command, onBehalf = false): Promise<Result<Accepted, AppendRefusal>> {
    const digest = entryDigest(this.#ports.digest, command.parts);
    let fresh = false;
    for (let attempt = 0; attempt < tries; attempt++) {
      const { state, head } = await this.#load(command);
      const facts = await this.#facts(command, state, digest, onBehalf);
      const decision = decide(state, head, command, facts);
      if (!decision.ok) {
        const known = await this.#known(command);
        if (known) return ok(known);
        if (fresh) return this.#refused(decision.error);
        // The state may be behind another process: look again before turning anybody away.
        fresh = true;
        this.#ports.log.forget(command.conversation);
        continue;
      }
      const outcome = await this.#append(command, decision.value, state, facts);
      if (outcome.code === 'appended' || outcome.code === 'known')
        return ok(await this.#accepted(command, decision.value, outcome));
      if (outcome.code === 'out_of_turn')
        return this.#refused({ code: 'out_of_turn', after: command.after ?? '' });
      this.#ports.meter.count('appends_stale');
      fresh = true;
    }
    return this.#refused({ code: 'busy', retryAfterMs: busyRetryMs });
  }

  async #load({ conversation }: Command): Promise<Loaded> {
    const loaded = await this.#ports.log.load(conversation);
    if (!loaded) return { state: null, head: 0 };
    const state = stateOf(loaded);
    if (loaded.changes.length > changesBeforeSnapshot) {
      await this.#ports.log.saveSnapshot(conversation, state.version, encodeState(state));
    }
    return { state, head: loaded.head.seq };
  }

  async #facts(
    command: Command,
    state: ConversationState | null,
    digest: Bytes,
    onBehalf: boolean,
  ): Promise<Facts> {
    const { clock, limits } = this.#ports;
    return {
      now: clock.now(),
      limits,
      digest,
      onBehalf,
      requiredId: this.#requiredId(command),
      unusable: await this.#unusable(command.change?.addDevices ?? []),
      refusing: await this.#refusing(command, state),
    };
  }

  #requiredId({ change, sender }: Command): string | null {
    const { digest } = this.#ports;
    if (change?.founding?.kind === 'self') return selfId(digest, sender.account);
    if (change?.founding?.kind !== 'direct') return null;
    const [a, b] = change.addMembers;
    return a && b ? directId(digest, a.account, b.account) : null;
  }

  async #unusable(added: readonly DeviceRef[]): Promise<readonly DeviceRef[]> {
    if (added.length === 0) return [];
    const certified = await this.#ports.devices.certified([
      ...new Set(added.map(({ account }) => account)),
    ]);
    const usable = new Map(certified.map(({ id, account }) => [id, account]));
    return added.filter(({ account, device }) => usable.get(device) !== account);
  }

  /** Whom the command reaches who may not want it: those that it adds, and the other side of a direct conversation. */
  async #refusing(
    command: Command,
    state: ConversationState | null,
  ): Promise<readonly AccountId[]> {
    const added = (command.change?.addMembers ?? []).map(({ account }) => account);
    const counterpart =
      state?.kind === 'direct' && command.kind !== 'roster' ? currentMembers(state) : [];
    const others = [...added, ...counterpart].filter(
      (account) => account !== command.sender.account,
    );
    return others.length === 0 ? [] : this.#ports.accounts.refusing(command.sender.account, others);
  }

  async #append(
    command: Command,
    draft: EntryDraft,
    state: ConversationState | null,
    facts: Facts,
  ): Promise<AppendOutcome> {
    const { log, index } = this.#ports;
    const basis = state?.version ?? 0;
    const added = (draft.change?.addMembers ?? []).map(({ account }) => account);
    // Discovery is written before the entry: it may overstate, never understate.
    if (added.length > 0) await index.enter(draft.conversation, added, basis);
    const supersedes = state !== null && draft.kind === 'commit' ? state.lastCommit : null;
    const [outcome] = await log.append([
      { draft, parts: command.parts, basis, now: facts.now, supersedes },
    ]);
    return outcome ?? { code: 'stale' };
  }

  async #accepted(
    command: Command,
    draft: EntryDraft,
    outcome: AppendOutcome & { code: 'appended' | 'known' },
  ): Promise<Accepted> {
    const { fanOut, index, meter } = this.#ports;
    const { seq, acceptedAt } = outcome;
    if (outcome.code === 'known') {
      meter.count('entries_known');
      return { seq, acceptedAt, digest: outcome.digest };
    }
    meter.count('entries_appended');
    fanOut.publish({
      conversation: draft.conversation,
      from: seq,
      to: seq,
      entries: [{ ...draft, seq, acceptedAt, loud: outcome.loud, parts: command.parts }],
    });
    const removed = draft.change?.removeMembers ?? [];
    if (removed.length > 0) await index.leave(draft.conversation, removed, seq);
    return { seq, acceptedAt, digest: draft.digest };
  }

  async #known({ conversation, sender, clientId }: Command): Promise<Accepted | null> {
    const found = await this.#ports.log.find(conversation, sender.device, clientId);
    return found && { seq: found.seq, acceptedAt: found.acceptedAt, digest: found.digest };
  }

  #refused(error: AppendRefusal): Result<Accepted, AppendRefusal> {
    this.#ports.meter.count('entries_refused');
    return refuse(error);
  }
}
