import { currentMembers, roleOf } from '../conversation/conversation.ts';
import type { NotFound } from '../conversation/refusal.ts';
import type { CachedLog } from '../log/cached-log.ts';
import type { EphemeralEvent, FanOut } from '../log/fan-out.port.ts';
import { stateOf } from '../log/loaded-state.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, Bytes, ConversationId, DeviceRef } from '../shared/ids.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { PresenceLeases } from './presence-leases.port.ts';

export interface SharePresencePorts {
  readonly leases: PresenceLeases;
  readonly log: CachedLog;
  readonly fanOut: FanOut;
  readonly clock: Clock;
}

export const presenceLeaseMs = 30_000;

/** Typing and presence: never stored in a log, told only to people who share a conversation, lost without harm. */
export class SharePresence {
  readonly #ports: SharePresencePorts;

  constructor(ports: SharePresencePorts) {
    this.#ports = ports;
  }

  async typing(
    from: DeviceRef,
    conversation: ConversationId,
    payload: Bytes,
  ): Promise<Result<null, NotFound>> {
    return this.#tell(conversation, from.account, { kind: 'typing', ...from, payload });
  }

  renew({ account, device }: DeviceRef): Promise<boolean> {
    const now = this.#ports.clock.now();
    return this.#ports.leases.renew(account, device, now + presenceLeaseMs, now);
  }

  end({ account, device }: DeviceRef): Promise<boolean> {
    return this.#ports.leases.end(account, device, this.#ports.clock.now());
  }

  /** Which members of a conversation are online, for one of them. */
  async online(
    conversation: ConversationId,
    asker: AccountId,
  ): Promise<Result<readonly AccountId[], NotFound>> {
    const members = await this.#members(conversation, asker);
    return members
      ? ok(await this.#ports.leases.online(members, this.#ports.clock.now()))
      : refuse({ code: 'not_found' });
  }

  async #tell(
    conversation: ConversationId,
    from: AccountId,
    event: EphemeralEvent,
  ): Promise<Result<null, NotFound>> {
    const members = await this.#members(conversation, from);
    if (!members) return refuse({ code: 'not_found' });
    this.#ports.fanOut.announce({ kind: 'ephemeral', conversation, to: members, event });
    return ok(null);
  }

  async #members(conversation: ConversationId, asker: AccountId): Promise<AccountId[] | null> {
    const loaded = await this.#ports.log.load(conversation);
    const state = loaded && stateOf(loaded);
    return state && roleOf(state, asker) !== null ? currentMembers(state) : null;
  }
}
