import { AdapterFailure, surveyMove, whereItIs } from '@sealpost/domain';
import { stepsDue } from '../backends/backends.ts';
import { openStores } from '../commands/open-stores.ts';
import { warning } from '../config/check/warning.ts';
import type { Config } from '../config/schema.ts';
import type { Machine } from './machine.ts';
import type { ExaminedPart } from './part.ts';

/** Of a large history a part is looked at. */
const lookMs = 3_000;
const part = 'moving';

/** How far the history is that the configuration says is moved; null: it says nothing of the kind. */
export async function examineMoving(
  config: Config,
  machine: Machine,
): Promise<ExaminedPart | null> {
  if (config.moving.kind === 'none') return null;
  const unknown = { part, is: 'not known', findings: [] };
  // Its database is open to one process at a time, and is not made for a look at it.
  if (config.storage.kind === 'embedded-postgres') return unknown;
  try {
    return await examineStores(config, machine);
  } catch (fault) {
    // What is wrong with a store is told of the store.
    if (fault instanceof AdapterFailure) return unknown;
    throw fault;
  }
}

async function examineStores(config: Config, { clock }: Machine): Promise<ExaminedPart> {
  const backends = await openStores(config, () => undefined);
  try {
    const { moving } = backends;
    if (moving === null || (await stepsDue(backends)).length > 0)
      return { part, is: 'not prepared', findings: [] };
    const [here, there] = [await moving.here.log.tenure(null), await moving.there.log.tenure(null)];
    const isBegun = here?.state !== 'open' || there?.state !== 'open';
    if (here === null || there === null || !isBegun)
      return {
        part,
        is: `between ${moving.here.name} and ${moving.there.name}, not begun`,
        findings: [],
      };
    const isForth = whereItIs(here, there) === 'there';
    const [from, to] = isForth ? [moving.here, moving.there] : [moving.there, moving.here];
    const enough = clock.monotonic() + lookMs;
    const survey = await surveyMove(from.log, to.log, () => clock.monotonic() > enough);
    const { conversations, there: moved, isWhole } = survey;
    const of = `${conversations}${isWhole ? '' : ' that were looked at'}`;
    const unfinished = warning(
      'move_unfinished',
      `Not all of the history is in ${to.name}, where new conversations are. Each conversation is used where it is; one that was being handed over takes no messages.`,
      `Run sealpost migrate-history --from ${from.name} --to ${to.name}, which goes on where it was, and see docs/moving.md.`,
    );
    return {
      part,
      is: `from ${from.name} to ${to.name}, ${moved} of ${of} conversations are there`,
      findings: moved < conversations ? [unfinished] : [],
    };
  } finally {
    await backends.stop();
  }
}
