import {
  type AdapterHost,
  assert,
  type ConversationLog,
  IndexOverLog,
  type PortFamilies,
  type PortFamily,
  portVersions,
  type StoredValue,
  type Stores,
} from '@sealpost/domain';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import type { Backends, OpenedAdapter } from './backends.ts';
import { type Choice, choiceOf } from './choose-adapter.ts';

const families = Object.keys(portVersions) as readonly PortFamily[];

/** Opens each adapter that the configuration names, once for all that it is named for. Rejects with none left open. */
export async function openBackends(config: Config, host: AdapterHost): Promise<Backends> {
  const opened: OpenedAdapter[] = [];
  const stop = async (): Promise<void> => {
    for (const { adapter } of opened.toReversed()) await adapter.stop();
  };
  try {
    for (const [choice, uses] of chosen(config))
      opened.push({ name: choice.name, families: uses, adapter: await choice.open(host) });
    return { ...portsOf(config, opened), adapters: opened, everyValue: () => values(opened), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each adapter that the configuration names, with all that it is named for. */
export function chosen(config: Config): ReadonlyMap<Choice, PortFamily[]> {
  const byIdentity = new Map<string, Choice>();
  const uses = new Map<Choice, PortFamily[]>();
  for (const family of families) {
    const choice = choiceOf(config, family);
    const first = byIdentity.get(choice.identity) ?? choice;
    byIdentity.set(choice.identity, first);
    uses.set(first, [...(uses.get(first) ?? []), family]);
  }
  return uses;
}

function portsOf(
  config: Config,
  opened: readonly OpenedAdapter[],
): Pick<Backends, 'stores' | 'fanOut' | 'presence' | 'rateLimiter'> {
  const port = <Family extends PortFamily>(family: Family): PortFamilies[Family] => {
    const one = opened.find(({ families: uses }) => uses.includes(family));
    assert(one !== undefined, 'every family has its adapter');
    const provided = one.adapter.ports[family];
    if (provided === undefined) throw notProvided(config, family, one);
    return provided;
  };
  const storage = port('storage');
  return {
    stores: config.history.kind === 'storage' ? storage : withHistory(storage, port('history')),
    fanOut: port('fanOut'),
    presence: port('presence'),
    rateLimiter: port('rateLimits')(config.limits.rates),
  };
}

/** The storage, with its logs elsewhere. */
function withHistory(storage: Stores, log: ConversationLog): Stores {
  const { cursors, keys, accounts, devices, sessions, signingKeys, deployment } = storage;
  const rest = { cursors, keys, accounts, devices, sessions, signingKeys, deployment };
  return { ...rest, log, index: new IndexOverLog(storage.index, log) };
}

function notProvided(config: Config, family: PortFamily, { name, adapter }: OpenedAdapter) {
  const provides = families.filter((one) => adapter.ports[one] !== undefined).join(', ');
  return new ConfigError([
    {
      key: `${family}.kind`,
      source: null,
      problem: `given ${JSON.stringify(config[family].kind)}; ${name} does not provide ${family}, but ${provides}.`,
    },
  ]);
}

async function* values(opened: readonly OpenedAdapter[]): AsyncGenerator<StoredValue> {
  const kept = opened.flatMap(({ adapter }) => adapter.everyValue ?? []);
  if (kept.length === 0)
    throw new StartError(
      'nothing_kept',
      'This server keeps everything in memory: there is nothing to be audited.',
    );
  for (const everyValue of kept) yield* everyValue();
}
