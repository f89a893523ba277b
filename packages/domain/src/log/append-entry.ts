import type { Command, Facts } from '../conversation/command.ts';
import { type Change, type ConversationState, roleOf } from '../conversation/conversation.ts';
import { decide } from '../conversation/decide.ts';
import { type Ending, endingIn } from '../conversation/ending.ts';
import type { AppendRefusal } from '../conversation/refusal.ts';
import { encodeState } from '../conversation/state-codec.ts';
import { AdapterFailure } from '../shared/adapter-failure.ts';
import type { AccountId, Bytes, ConversationId, Seq, Timestamp } from '../shared/ids.ts';
import type { Meter } from '../shared/meter.port.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { Soon } from '../shared/soon.ts';
import type { CachedLog } from './cached-log.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
import type { Append, AppendOutcome } from './conversation-log.port.ts';
import { entryDigest } from './entry-digest.ts';
import type { EntryDraft, EntryEnvelope } from './entry.ts';
import type { FanOut } from './fan-out.port.ts';
import { GatherFacts, type GatherFactsPorts } from './gather-facts.ts';
import type { KnownLog } from './loaded-state.ts';
import { TurnTaking } from './turn-taking.ts';

/** Durable under this number; for a repeated send, as long as its entry is kept, the values of the first. */
export interface Accepted {
  readonly seq: Seq;
  readonly acceptedAt: Timestamp;
  readonly digest: Bytes;
  /** How many loud entries the log has up to and with this one; null for a repeated send. */
  readonly loud: number | null;
}

export interface AppendEntryPorts extends GatherFactsPorts {
  readonly log: CachedLog;
  readonly index: ConversationIndex;
  readonly fanOut: FanOut;
  readonly meter: Meter;
}

/** A change that keeps losing to others gives up after so many tries: each loss is another's success. */
const tries = 8;
const endTries = 3;
const busyRetryMs = 500;
/** For so long a conversation that is handed over to another store takes nothing, about. */
const closedRetryMs = 50;
/** A state that took more changes than this to fold is stored, so that the next load is short. */
const changesBeforeSnapshot = 64;
const tookLong = ({ folded }: KnownLog): boolean => folded > changesBeforeSnapshot;

const stale: AppendOutcome = { code: 'stale' };
const outcomeOf = ([outcome]: readonly AppendOutcome[]): AppendOutcome => outcome ?? stale;

/** Refusals for what others changed before the entry came. */
const overtaken: ReadonlySet<AppendRefusal['code']> = new Set([
  'stale_epoch',
  'rekey_needed',
  'busy',
]);

/** Decides a command on the conversation's state and appends the entry if nothing that a rule reads has changed meanwhile. */
export class AppendEntry {
  readonly #ports: AppendEntryPorts;
  readonly #facts: GatherFacts;
  readonly #turns: TurnTaking;
  /** Conversations whose state is just being stored: once is enough. */
  readonly #storing = new Set<ConversationId>();

  constructor(ports: AppendEntryPorts) {
    this.#ports = ports;
    this.#facts = new GatherFacts(ports);
    this.#turns = new TurnTaking(ports.clock);
  }

  async execute(command: Command): Promise<Result<Accepted, AppendRefusal>> {
    const { conversation, kind, sender } = command;
    const result = await this.#try(command, false);
    if (result.ok) {
      if (kind === 'message') this.#turns.sent(conversation, sender.device);
      return result;
    }
    this.#ports.meter.count('entries_refused');
    if (kind === 'message' && overtaken.has(result.error.code))
      this.#turns.lost(conversation, sender.device);
    return result;
  }

  /**
   * Tells a conversation that a device was revoked or an account deleted, also where one that lets it in is decided and
   * on its way to the log: its process may end, and its sender may be the one that ended, so that nobody looks again.
   * Repeating it changes nothing. False: to be tried again later.
   */
  async fence(conversation: ConversationId, ending: Ending): Promise<boolean> {
    const mayEnter = await this.#facts.mayEnter(ending);
    const outcome = await this.#end(conversation, ending, mayEnter !== 'never');
    // There is no log, or none of the account's, in which what lets it in could be overtaken.
    return outcome === 'no_member' ? mayEnter !== 'still' : outcome === 'told';
  }

  /** `busy`: others keep changing the conversation. */
  async #end(
    conversation: ConversationId,
    ending: Ending,
    fences: boolean,
  ): Promise<'told' | 'no_member' | 'busy'> {
    for (let attempt = 0; attempt < endTries; attempt++) {
      this.#ports.log.forget(conversation);
      const known = await this.#ports.log.state(conversation);
      if (!known || roleOf(known.state, ending.account) === null) return 'no_member';
      const command = endingIn(known.state, ending, fences);
      // A refusal means that the state has moved on; what is owed is worked out anew.
      if (!command || (await this.#try(command, true)).ok) return 'told';
    }
    return 'busy';
  }

  async #try(command: Command, onBehalf: boolean): Promise<Result<Accepted, AppendRefusal>> {
    const { conversation, sender, clientId } = command;
    const { log, meter } = this.#ports;
    const digest = entryDigest(this.#ports.digest, command.parts);
    let fresh = false;
    for (let attempt = 0; attempt < tries; attempt++) {
      const loading = this.#load(conversation);
      const known = loading instanceof Promise ? await loading : loading;
      const state = known?.state ?? null;
      const heldMs = this.#turns.heldMs(conversation, sender.device);
      const gathering = this.#facts.of(command, state, { digest, onBehalf, heldMs });
      const facts = gathering instanceof Promise ? await gathering : gathering;
      const decision = decide(state, known?.head.seq ?? 0, command, facts);
      if (decision.ok) {
        const outcome = await this.#append(command, decision.value, state, facts);
        if (outcome.code === 'appended') {
          const { change } = decision.value;
          const accepted = this.#appended(command, decision.value, state, outcome);
          if (change) await this.#settle(conversation, sender.account, change, accepted.seq);
          return ok(accepted);
        }
        if (outcome.code === 'known') return ok(await this.#known(command, outcome));
        if (outcome.code === 'out_of_turn')
          return refuse({ code: 'out_of_turn', after: command.after ?? '' });
        if (outcome.code === 'closed') return refuse({ code: 'busy', retryAfterMs: closedRetryMs });
        meter.count('appends_stale');
        fresh = true;
      } else if (fresh) {
        const first = await log.find(conversation, sender.device, clientId);
        return first ? ok(await this.#repeated(first)) : refuse(decision.error);
      } else {
        // The state may be behind another process: look again before turning anybody away.
        fresh = true;
        log.forget(conversation);
      }
    }
    return refuse({ code: 'busy', retryAfterMs: busyRetryMs });
  }

  /** Null when the conversation has no entry. */
  #load(conversation: ConversationId): Soon<KnownLog | null> {
    const known = this.#ports.log.state(conversation);
    const isShort = known === null || (!(known instanceof Promise) && !tookLong(known));
    return isShort ? known : this.#stored(conversation, known);
  }

  /** What took long to fold is stored. */
  async #stored(
    conversation: ConversationId,
    loading: Soon<KnownLog | null>,
  ): Promise<KnownLog | null> {
    const known = await loading;
    if (!known || !tookLong(known) || this.#storing.has(conversation)) return known;
    this.#storing.add(conversation);
    const { state } = known;
    await this.#ports.log
      .saveSnapshot(conversation, state.version, encodeState(state))
      .finally(() => this.#storing.delete(conversation));
    return known;
  }

  #append(
    { parts }: Command,
    draft: EntryDraft,
    state: ConversationState | null,
    { now }: Facts,
  ): Promise<AppendOutcome> {
    const { change } = draft;
    const supersedes = state !== null && draft.kind === 'commit' ? state.lastCommit : null;
    const item = { draft, parts, basis: state?.version ?? 0, now, supersedes };
    const letsIn = change !== null && change.addMembers.length > 0;
    return letsIn ? this.#appendLettingIn(item, change) : this.#appendItem(item);
  }

  /** Discovery is written before the entry: it may overstate, never understate. */
  async #appendLettingIn(item: Append, change: Change): Promise<AppendOutcome> {
    const { conversation, sender } = item.draft;
    const added = change.addMembers.map(({ account }) => account);
    await this.#ports.index.enter(conversation, added, item.basis);
    // Who ends from now on leaves a task here; who ended before that left none.
    const ended = await this.#facts.endedIn(sender.account, change);
    return ended.length > 0 ? stale : this.#appendItem(item);
  }

  #appendItem(item: Append): Promise<AppendOutcome> {
    return this.#ports.log.append([item]).then(outcomeOf);
  }

  #appended(
    { parts }: Command,
    draft: EntryDraft,
    state: ConversationState | null,
    { seq, acceptedAt, loud }: AppendOutcome & { code: 'appended' },
  ): Accepted {
    const { conversation, change, digest } = draft;
    this.#ports.meter.count('entries_appended');
    this.#ports.fanOut.publish({
      conversation,
      from: seq,
      to: seq,
      version: change ? seq : (state?.version ?? seq),
      entries: [{ ...draft, seq, acceptedAt, loud, parts }],
    });
    return { seq, acceptedAt, digest, loud };
  }

  async #known(
    { kind, conversation, sender, clientId }: Command,
    outcome: AppendOutcome & { code: 'known' },
  ): Promise<Accepted> {
    const first =
      kind !== 'message' && (await this.#ports.log.find(conversation, sender.device, clientId));
    if (first) return this.#repeated(first);
    this.#ports.meter.count('entries_known');
    const { seq, acceptedAt, digest } = outcome;
    return { seq, acceptedAt, digest, loud: null };
  }

  /** Its first sender may have got no further than the log: what follows an entry is done again. */
  async #repeated({
    conversation,
    sender,
    change,
    seq,
    acceptedAt,
    digest,
  }: EntryEnvelope): Promise<Accepted> {
    this.#ports.meter.count('entries_known');
    if (change) await this.#settle(conversation, sender.account, change, seq);
    return { seq, acceptedAt, digest, loud: null };
  }

  /** What must follow an entry that changed something, and may be repeated. */
  async #settle(
    conversation: ConversationId,
    sender: AccountId,
    change: Change,
    seq: Seq,
  ): Promise<void> {
    const { index } = this.#ports;
    if (change.removeMembers.length > 0) await index.leave(conversation, change.removeMembers, seq);
    // Who ended between the decision and the entry was no part of the conversation when the ending was worked off.
    for (const ended of await this.#facts.endedIn(sender, change)) {
      const id = `${seq}-${ended.device ?? ended.account}`;
      if ((await this.#end(conversation, { id, ...ended }, false)) !== 'busy') continue;
      throw new AdapterFailure({
        adapter: 'log',
        operation: 'end',
        retryable: true,
        detail: 'busy',
      });
    }
  }
}
