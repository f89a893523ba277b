import type { AccountId, LeaseAnswer, LeaseTurn, PresenceLeases } from '@sealpost/domain';
import { z } from 'zod';
import type { Commands } from './commands.ts';
import type { Settings } from './options.ts';
import { holdScript, onlineScript } from './presence.lua.ts';

/** A process that was held up for less finds everything as it left it, and need not tell it again. */
const graceMs = 300_000;
/** Redis does nothing else while it answers. */
const mostAtOnce = 1_000;

const held = z.tuple([z.number(), z.array(z.string()), z.array(z.string())]);
const answers = z.array(z.number());

/**
 * Leases by Redis' own clock. What a process holds is in keys of that process and ends with its lease by itself; so every
 * turn and every question looks at one key of each living process. All keys are in one hash slot.
 */
export class RedisPresenceLeases implements PresenceLeases {
  readonly #commands: Commands;
  readonly #key: string;

  constructor(commands: Commands, { prefix }: Settings) {
    this.#commands = commands;
    this.#key = `{${prefix}:presence}`;
  }

  async hold(process: string, { leaseMs, opened, ended }: LeaseTurn): Promise<LeaseAnswer> {
    const lists = [
      opened.map(({ device, account, serial, agoMs }) => ({
        device,
        account,
        serial,
        ago: Math.round(agoMs * 1_000),
      })),
      ended.map(({ device, serial }) => ({ device, serial })),
    ];
    const args = [process, leaseMs, graceMs, ...lists.map((list) => JSON.stringify(list))];
    const answer = await this.#commands.eval('hold', holdScript, this.#key, args.map(String));
    const [fresh, gone, replacedIn] = held.parse(answer);
    return {
      fresh: fresh === 1,
      superseded: gone.flatMap((device, at) =>
        at % 2 === 0 ? [{ device, serial: Number(gone[at + 1]) }] : [],
      ),
      replacedIn,
    };
  }

  async online(accounts: readonly AccountId[]): Promise<readonly AccountId[]> {
    const pages = Array.from({ length: Math.ceil(accounts.length / mostAtOnce) }, (_, page) =>
      this.#online(accounts.slice(page * mostAtOnce, (page + 1) * mostAtOnce)),
    );
    return (await Promise.all(pages)).flat();
  }

  async #online(accounts: readonly AccountId[]): Promise<readonly AccountId[]> {
    const answer = await this.#commands.eval('online', onlineScript, this.#key, [...accounts]);
    const are = answers.parse(answer);
    return accounts.filter((_, at) => are[at] === 1);
  }
}
