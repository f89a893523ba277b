import type { AccountStore } from '../account/account-store.port.ts';
import { RememberedRefusing } from '../account/remembered-refusing.ts';
import { type ConversationState, currentMembers, roleOf } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import type { CachedLog } from '../log/cached-log.ts';
import type { EphemeralEvent, FanOut } from '../log/fan-out.port.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, Bytes, ConversationId, DeviceRef } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { PresenceLeases } from './presence-leases.port.ts';

export interface SharePresencePorts {
  readonly leases: PresenceLeases;
  readonly accounts: AccountStore;
  readonly log: CachedLog;
  readonly fanOut: FanOut;
  readonly clock: Clock;
}

/** Typing and presence: never stored in a log, told only to people who share a conversation, lost without harm. */
export class SharePresence {
  readonly #ports: SharePresencePorts;
  readonly #refusing: RememberedRefusing;

  constructor(ports: SharePresencePorts) {
    this.#ports = ports;
    this.#refusing = new RememberedRefusing(ports.accounts, ports.clock);
  }

  /** Told to all members but, in a direct conversation, to one that takes nothing from the account. */
  async typing(
    from: DeviceRef,
    conversation: ConversationId,
    payload: Bytes,
  ): Promise<Result<null, NotFound>> {
    const state = await this.#sharedState(conversation, from.account);
    if (!state) return refuse({ code: 'not_found' });
    const members = currentMembers(state);
    const others = members.filter((member) => member !== from.account);
    const refusing =
      state.kind === 'direct' ? await this.#refusing.refusing(from.account, others) : [];
    const to = members.filter((member) => !refusing.includes(member));
    const event: EphemeralEvent = { kind: 'typing', ...from, payload };
    this.#ports.fanOut.announce({ kind: 'ephemeral', conversation, to, event });
    return ok(null);
  }

  /** Which members of a conversation are online, for one of them. */
  async online(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<readonly AccountId[], NotFound>> {
    const state = await this.#sharedState(conversation, asker);
    if (!state) return refuse({ code: 'not_found' });
    return ok(await this.#ports.leases.online(currentMembers(state)));
  }

  async #sharedState(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<ConversationState | null> {
    const known = await this.#ports.log.newest(conversation);
    return known && roleOf(known.state, asker) !== null ? known.state : null;
  }
}
