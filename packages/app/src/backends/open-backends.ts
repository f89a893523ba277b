import {
  type AdapterHost,
  assert,
  type ConversationLog,
  IndexOverLog,
  MovingLog,
  type PortFamilies,
  type PortFamily,
  portVersions,
  settledLog,
  type StoredValue,
  type Stores,
} from '@sealpost/domain';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { type Backends, familyOf, type OpenedAdapter, type Use } from './backends.ts';
import { type Choice, choiceOf } from './choose-adapter.ts';

const families = Object.keys(portVersions) as readonly PortFamily[];
const allUses: readonly Use[] = [...families, 'moving'];

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
export function chosen(config: Config): ReadonlyMap<Choice, Use[]> {
  const byIdentity = new Map<string, Choice>();
  const uses = new Map<Choice, Use[]>();
  for (const use of allUses) {
    const choice = choiceOf(config, use);
    if (choice === null) continue;
    const first = byIdentity.get(choice.identity) ?? choice;
    byIdentity.set(choice.identity, first);
    uses.set(first, [...(uses.get(first) ?? []), use]);
  }
  return uses;
}

function portsOf(
  config: Config,
  opened: readonly OpenedAdapter[],
): Pick<Backends, 'stores' | 'moving' | 'fanOut' | 'presence' | 'rateLimiter'> {
  const adapterFor = (use: Use): OpenedAdapter => {
    const one = opened.find(({ families: uses }) => uses.includes(use));
    assert(one !== undefined, 'every use has its adapter');
    return one;
  };
  const port = <Family extends PortFamily>(
    family: Family,
    use: Use = family,
  ): PortFamilies[Family] => {
    const one = adapterFor(use);
    const provided = one.adapter.ports[family];
    if (provided === undefined) throw notProvided(config, use, one);
    return provided;
  };
  const logOf = (use: 'history' | 'moving'): ConversationLog =>
    config[use].kind === 'storage' ? port('storage').log : port('history', use);
  const named = (use: 'history' | 'moving') => ({ name: adapterFor(use).name, log: logOf(use) });
  const moving =
    config.moving.kind === 'none' ? null : { here: named('history'), there: named('moving') };
  const storage = port('storage');
  const log = moving
    ? new MovingLog(moving.here.log, moving.there.log)
    : settledLog(logOf('history'));
  const isOneStore = config.history.kind === 'storage' && moving === null;
  return {
    stores: isOneStore
      ? { ...storesOf(storage), index: storage.index, log }
      : withHistory(storage, log),
    moving,
    fanOut: port('fanOut'),
    presence: port('presence'),
    rateLimiter: port('rateLimits')(config.limits.rates),
  };
}

/** All but logs and what is told of them. */
function storesOf(storage: Stores): Omit<Stores, 'log' | 'index'> {
  const { cursors, keys, accounts, devices, sessions, signingKeys, deployment } = storage;
  return { cursors, keys, accounts, devices, sessions, signingKeys, deployment };
}

/** The storage, with its logs elsewhere. */
const withHistory = (storage: Stores, log: ConversationLog): Stores => ({
  ...storesOf(storage),
  log,
  index: new IndexOverLog(storage.index, log),
});

function notProvided(config: Config, use: Use, { name, adapter }: OpenedAdapter) {
  const provides = families.filter((one) => adapter.ports[one] !== undefined).join(', ');
  return new ConfigError([
    {
      key: `${use}.kind`,
      source: null,
      problem: `given ${JSON.stringify(config[use].kind)}; ${name} does not provide ${familyOf(use)}, but ${provides}.`,
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
