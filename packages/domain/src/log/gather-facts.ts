import type { AccountStore } from '../account/account-store.port.ts';
import type { DeviceStore } from '../account/device-store.port.ts';
import { RememberedRefusing } from '../account/remembered-refusing.ts';
import type { Command, Facts } from '../conversation/command.ts';
import { directId, selfId } from '../conversation/conversation-id.ts';
import type { Change, ConversationState } from '../conversation/conversation.ts';
import type { Ending } from '../conversation/ending.ts';
import { clockDifferenceMs } from '../shared/clock-difference.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { AccountId, ConversationId, DeviceId, DeviceRef } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { Soon } from '../shared/soon.ts';

export interface GatherFactsPorts {
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly limits: Limits;
}

/** Finds out what the rules must know beside the conversation's state. */
export class GatherFacts {
  readonly #ports: GatherFactsPorts;
  readonly #remembered: RememberedRefusing;

  constructor(ports: GatherFactsPorts) {
    this.#ports = ports;
    this.#remembered = new RememberedRefusing(ports.accounts, ports.clock);
  }

  /** At once for a message, unless it is not known who refuses it. */
  of(
    command: Command,
    state: ConversationState | null,
    known: Pick<Facts, 'digest' | 'heldMs' | 'onBehalf'>,
  ): Soon<Facts> {
    const facts: Facts = {
      ...known,
      now: this.#ports.clock.now(),
      limits: this.#ports.limits,
      requiredId: this.#requiredId(command),
      unusable: [],
      refusing: [],
    };
    if (command.change) return this.#ofChange(command, command.change, state, facts);
    const refusing = this.#refusing(command, state);
    if (!(refusing instanceof Promise)) return { ...facts, refusing };
    return refusing.then((asked) => ({ ...facts, refusing: asked }));
  }

  async #ofChange(
    command: Command,
    { addDevices }: Change,
    state: ConversationState | null,
    facts: Facts,
  ): Promise<Facts> {
    const unusable = await this.#unusable(addDevices);
    return { ...facts, unusable, refusing: await this.#refusing(command, state) };
  }

  /** Of what a change brought in, the accounts that are deleted and the devices that are revoked by now. */
  async endedIn(
    sender: AccountId,
    { addMembers, addDevices }: Change,
  ): Promise<readonly { readonly account: AccountId; readonly device: DeviceId | null }[]> {
    const { accounts } = this.#ports;
    const added = addMembers.map(({ account }) => account);
    const suspects = added.length === 0 ? [] : await accounts.refusing(sender, added);
    const found = await Promise.all(suspects.map((account) => accounts.find(account)));
    const deleted = found.flatMap((account) =>
      account && account.deletedAt !== null ? [account.id] : [],
    );
    const revoked = (await this.#unusable(addDevices)).filter(
      ({ account }) => !deleted.includes(account),
    );
    return [...deleted.map((account) => ({ account, device: null })), ...revoked];
  }

  /**
   * Whether one that was revoked or deleted may yet be let in, by what was decided before: `never`, as it never was
   * certified; `still`; or `no more`, since what was decided then is in the log by now or will never be.
   */
  async mayEnter({ account, device }: Ending): Promise<'never' | 'still' | 'no more'> {
    const { accounts, clock, devices } = this.#ports;
    const revoked = device === null ? null : await devices.find(device);
    if (revoked?.certificate === null) return 'never';
    const endedAt = revoked?.revokedAt ?? (await accounts.find(account))?.deletedAt ?? -Infinity;
    return clock.now() - endedAt < clockDifferenceMs ? 'still' : 'no more';
  }

  #requiredId({ change, sender }: Command): ConversationId | null {
    const { digest } = this.#ports;
    if (change?.founding?.kind === 'self') return selfId(digest, sender.account);
    if (change?.founding?.kind !== 'direct') return null;
    const [a, b] = change.addMembers;
    return a && b ? directId(digest, a.account, b.account) : null;
  }

  async #unusable(added: readonly DeviceRef[]): Promise<readonly DeviceRef[]> {
    if (added.length === 0) return [];
    const accounts = [...new Set(added.map(({ account }) => account))];
    const certified = await this.#ports.devices.certified(accounts);
    const usable = new Map(certified.map(({ id, account }) => [id, account]));
    return added.filter(({ account, device }) => usable.get(device) !== account);
  }

  /** Whom the command reaches who may not want it: those that it adds, and the other side of a direct conversation. */
  #refusing(command: Command, state: ConversationState | null): Soon<readonly AccountId[]> {
    const { accounts } = this.#ports;
    const { account: sender } = command.sender;
    const counterpart = state?.kind === 'direct' ? othersIn(state, sender) : [];
    if (command.kind === 'roster') return [];
    if (command.kind === 'message')
      return counterpart.length === 0 ? [] : this.#remembered.refusing(sender, counterpart);
    const added = (command.change?.addMembers ?? [])
      .map(({ account }) => account)
      .filter((account) => account !== sender);
    const reached = [...new Set([...added, ...counterpart])];
    if (reached.length === 0) return [];
    return accounts.refusing(sender, reached);
  }
}

function othersIn(state: ConversationState, account: AccountId): AccountId[] {
  const others: AccountId[] = [];
  for (const [member, { role }] of state.members)
    if (role !== null && member !== account) others.push(member);
  return others;
}
